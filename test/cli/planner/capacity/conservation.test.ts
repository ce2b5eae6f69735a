import { describe, expect, test } from '@jest/globals';
import { type Day, simulated, sumOf } from '../support.ts';

const provisioned = (shards: number) => ({ stream: { onDemand: false, shards, ceilingBytes: 0 } });

const days: [string, Day][] = [
  ['with room for all', {}],
  ['behind a collector that is too narrow', { limits: { doorRate: 50, doorBurst: 50 } }],
  ['in a new account', { traffic: { eventsPerSecond: 1_000 }, limits: { concurrency: 10 } }],
  ['before a stream of one shard', { traffic: { eventsPerSecond: 500 }, limits: provisioned(1) }],
  ['without a campaign', { traffic: { burst: 1 } }],
];

describe('a simulated day', () => {
  test.each(days)('%s: what was offered was accepted or given up, and what was accepted landed', (_, day) => {
    const { clients, landing, stream } = simulated(day);
    expect(clients.offered).toBeGreaterThan(50_000);
    expect(clients.waiting() + stream.held + landing.waiting).toBeLessThan(0.01);
    expect(clients.accepted + clients.givenUp).toBeCloseTo(clients.offered, 0);
    expect(landing.landed).toBeCloseTo(clients.accepted, 0);
    const hours = landing.hours.reduce((sum, { requests }) => sum + requests, 0);
    expect(hours).toBeCloseTo(landing.landed, 3);
  });

  test('the same seed gives the same day, another seed another', () => {
    const told = (seed: number) => {
      const { clients, landing } = simulated({ seed, limits: { doorRate: 100, doorBurst: 100 } });
      const { turnedAway, waited } = clients;
      return { turnedAway, waited: waited.summary(), lag: landing.lag.summary(), batches: landing.batches };
    };
    expect(told(7)).toEqual(told(7));
    expect(told(8)).not.toEqual(told(7));
  });

  test('a campaign within the capacity turns nobody away', () => {
    const { clients } = simulated();
    expect(sumOf(clients.turnedAway)).toBe(0);
    expect(clients.waited.summary().max).toBe(0);
  });

  test('a campaign is as high as it says a minute after it begins, and fades', () => {
    const even = { even: true, etlEvery: undefined };
    const with20 = simulated({ ...even }).clients.offered;
    const without = simulated({ ...even, traffic: { burst: 1 } }).clients.offered;
    // 30 s of rise and ten minutes' worth of height, 190 requests a second of them; an hour is too short for 0.3 %.
    expect((with20 - without) / (190 * 630)).toBeCloseTo(1, 1);
  });
});
