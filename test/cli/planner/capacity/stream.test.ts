import { describe, expect, test } from '@jest/globals';
import { simulated } from '../support.ts';

const provisioned = (shards: number) => ({
  stream: { onDemand: false, shards, ceilingBytes: 0 },
});

describe('a provisioned stream', () => {
  test('takes a mebibyte a second of each shard, and turns the rest away', () => {
    const traffic = { eventsPerSecond: 5_000, burst: 1, hours: 0.5 };
    const { clients } = simulated({ traffic, limits: provisioned(2), etlEvery: undefined });
    const during = 1_800 * 2 * 1_048_576;
    expect(clients.accepted * 8_000).toBeGreaterThan(during * 0.98);
    // What was still under way at the end is taken after it.
    expect(clients.accepted * 8_000).toBeLessThan(during * 1.03);
    expect(clients.turnedAway.stream).toBeGreaterThan(0);
    expect(clients.givenUp).toBeGreaterThan(0);
  });

  test('with more shards never has more lag, nor turns more away', () => {
    const results = [1, 2, 4, 8].map((shards) => {
      const traffic = { eventsPerSecond: 300 };
      const { clients, landing } = simulated({ traffic, limits: provisioned(shards), even: true });
      return { lag: landing.lag.summary().max, away: clients.turnedAway.stream };
    });
    for (const [n, { lag, away }] of results.entries()) {
      const before = results[n - 1];
      if (before === undefined) continue;
      // A batch that is not full waits its window with any number of shards; only its writing takes less or more.
      expect(lag).toBeLessThanOrEqual(before.lag + 0.5);
      expect(away).toBeLessThanOrEqual(before.away);
    }
    expect(results[0]?.away).toBeGreaterThan(0);
    expect(results[3]?.away).toBe(0);
  });
});

describe('an on-demand stream', () => {
  const traffic = { eventsPerSecond: 1_000, hours: 1, burstAtHour: 0.2 };
  const limits = { doorRate: 1e5, doorBurst: 1e5 };

  test('that has seen half of a campaign takes it; a new one turns some away until it has grown', () => {
    const ready = simulated({ traffic: { ...traffic, burst: 1 }, limits });
    expect(ready.clients.turnedAway.stream).toBe(0);
    const fresh = simulated({ traffic, limits, seenBefore: false });
    expect(fresh.firstShards).toBe(4);
    expect(fresh.clients.turnedAway.stream).toBeGreaterThan(0);
    expect(fresh.stream.scaled).toBeGreaterThan(0);
    expect(fresh.stream.shards).toBeGreaterThan(4);
  });

  test('never grows beyond its ceiling', () => {
    const stream = { onDemand: true, shards: 0, ceilingBytes: 6_000_000 };
    const { stream: grown } = simulated({ traffic, limits: { ...limits, stream }, seenBefore: false });
    expect(grown.bytesPerSecond).toBe(6_000_000);
  });
});

describe('calls that wait for the stream', () => {
  test('are never more than the account has executions', () => {
    const traffic = { eventsPerSecond: 5_000, burst: 1, hours: 0.2 };
    const { gate, clients } = simulated({ traffic, limits: { ...provisioned(1), concurrency: 300 } });
    expect(gate.mostConcurrent).toBeGreaterThan(250);
    expect(gate.mostConcurrent).toBeLessThan(300.001);
    expect(clients.turnedAway.lambda).toBeGreaterThan(0);
  });

  test('hold an environment each, so that a stream too small costs concurrency', () => {
    const day = (shards: number) =>
      simulated({ traffic: { eventsPerSecond: 2_000, burst: 1, hours: 0.2 }, limits: provisioned(shards) });
    expect(day(1).gate.mostConcurrent).toBeGreaterThan(20 * day(8).gate.mostConcurrent);
  });
});
