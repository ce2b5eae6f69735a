import '../../../helpers/someWindow.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { fanOutNeeds } from '../../../../cli/planner/capacity/fanOut.ts';
import type { StageLimits } from '../../../../cli/planner/capacity/limits.ts';
import { limitsMet } from '../../../../cli/planner/capacity/limitsMet.ts';
import { type Day, dayOf, PROD, readProd, simulated } from '../support.ts';

const ALL_DAY = { hours: 24, burstAtHour: 12, diurnal: true };

const HOURS = { hours: 3, burstAtHour: 1 };

const metBy = (day: Day): string[] => limitsMet(dayOf(day).limits, simulated(day)).map(({ limit }) => limit);

describe('the limits', () => {
  let read: StageLimits;
  beforeAll(async () => {
    read = (await readProd()).limits;
  }, 200_000);

  test('that the other tests use are those of the packaged template', () => {
    expect(read).toEqual(PROD);
  });
});

describe('consumers that share a shard', () => {
  // A provisioned shard takes 1 MB a second, and a campaign fills it.
  const full = {
    traffic: { ...HOURS, eventsPerSecond: 100 },
    limits: { stream: { onDemand: false, shards: 1, ceilingBytes: 0 } },
  };
  const sharing = (...shared: string[]) => {
    const day = { ...full, limits: { ...full.limits, consumers: { shared, own: [] } } };
    return limitsMet(dayOf(day).limits, simulated(day)).filter(({ limit }) => limit.includes('a shard'));
  };
  const sharedBy = (...shared: string[]) => sharing(...shared).map(({ limit }) => limit);
  const four = ['land', 'postgres', 'windows', 'archive'];

  test('have enough of a full shard as two, and not as three', () => {
    expect(sharedBy('land', 'windows')).toEqual([]);
    expect(sharedBy('land', 'windows', 'archive')).toEqual(['2 MB/s that a shard gives']);
  });

  test('are named, with the params of those that need a connection of their own', () => {
    expect(sharing(...four)).toEqual([
      {
        limit: '2 MB/s that a shard gives',
        met: 'land, postgres, windows, archive wanted 4.2 MB/s of one, and fell behind meanwhile',
        remedy:
          "windowsFanOut: 'on' and postgresFanOut: 'on' (a connection of their own), or more shards (streamShards) in resources/params.yml",
      },
    ]);
    expect(sharing('land', 'archive', 'a')[0]?.remedy).toBe(
      'more shards (streamShards) in resources/params.yml',
    );
  });

  test('have five calls a second between them', () => {
    expect(sharedBy(...four, 'a', 'b')).toEqual([
      '2 MB/s that a shard gives',
      'five GetRecords calls a second of a shard',
    ]);
  });
});

describe('a connection of its own', () => {
  const needs = (shared: string[], mostShardBytes: number) =>
    fanOutNeeds({ shared, own: [] }, mostShardBytes).map(({ param, fromBytesPerSecond, needed }) => [
      param,
      fromBytesPerSecond,
      needed,
    ]);

  test('is needed by no consumer of two, however full a shard is', () => {
    expect(needs(['land', 'windows'], 1e6)).toEqual([['windowsFanOut', null, false]]);
    expect(needs(['land', 'postgres'], 1e6)).toEqual([['postgresFanOut', null, false]]);
  });

  test('is needed by one of three from a third of what a shard gives on, and by two of four', () => {
    expect(needs(['land', 'windows', 'archive'], 699_000)).toEqual([['windowsFanOut', 699_051, false]]);
    expect(needs(['land', 'windows', 'archive'], 700_000)).toEqual([['windowsFanOut', 699_051, true]]);
    expect(needs(['land', 'postgres', 'archive'], 700_000)).toEqual([['postgresFanOut', 699_051, true]]);
    const four = ['land', 'postgres', 'windows', 'archive'];
    expect(needs(four, 600_000)).toEqual([
      ['windowsFanOut', 524_288, true],
      ['postgresFanOut', 699_051, false],
    ]);
    expect(needs(four, 700_000).map(([, , needed]) => needed)).toEqual([true, true]);
  });

  test('is not to be had for land and the archive', () => {
    expect(needs(['land', 'archive'], 1e6)).toEqual([]);
  });
});

describe('the first limit that prod meets', () => {
  test('is none at 100 events a second with a campaign of 20 times', () => {
    expect(metBy({ traffic: ALL_DAY })).toEqual([]);
  });

  test('is the size of an hour that build takes: at 7,500 events a second of 800 bytes, and not at 7,400', () => {
    const at = (eventsPerSecond: number) =>
      metBy({ traffic: { eventsPerSecond, hours: 3, burst: 1, burstAtHour: 0 } });
    expect(at(7_400)).toEqual([]);
    expect(at(7_500)).toEqual(['BUILD_MAX_BYTES 21474836480']);
  });

  test('is the throttle of a path at 10,000 events a second, in the campaign alone', () => {
    const day = { traffic: { ...HOURS, eventsPerSecond: 10_000 } };
    expect(metBy(day)).toEqual(['doorRate 2000 requests/s', 'BUILD_MAX_BYTES 21474836480']);
    const calm = { traffic: { ...HOURS, eventsPerSecond: 10_000, burst: 1 } };
    expect(metBy(calm)).toEqual(['BUILD_MAX_BYTES 21474836480']);
  });

  test("is the account's quota at 1,000,000 events a second once the path has room", () => {
    const wide = { doorRate: 1e6, doorBurst: 1e6 };
    const day = {
      traffic: { eventsPerSecond: 1_000_000, hours: 0.1, burst: 1 },
      limits: wide,
      etlEvery: undefined,
    };
    expect(metBy(day)[0]).toBe('API Gateway 10000 requests/s');
  });

  test('is the stream in a campaign of 20 times at 300 events a second, and with it the executions that wait', () => {
    const day = { traffic: { ...HOURS, eventsPerSecond: 300 } };
    const { clients, gate } = simulated(day);
    expect(clients.turnedAway.route).toBe(0);
    expect(clients.turnedAway.stream).toBeGreaterThan(100);
    expect(clients.turnedAway.lambda).toBeGreaterThan(clients.turnedAway.stream);
    expect(gate.mostConcurrent).toBeCloseTo(1_000, 3);
    const shards = simulated({ ...day, limits: { stream: { onDemand: false, shards: 8, ceilingBytes: 0 } } });
    expect(shards.clients.givenUp).toBe(0);
    expect(shards.gate.mostConcurrent).toBeLessThan(50);
  });

  test('is Lambda in a new account: ten executions answer a hundred requests a second', () => {
    const day = (eventsPerSecond: number) => ({
      traffic: { eventsPerSecond, hours: 0.5, burst: 1 },
      limits: { concurrency: 10 },
      even: true,
    });
    expect(metBy(day(900))).toEqual([]);
    expect(metBy(day(1_100))).toEqual(['Lambda 10 executions']);
  });
});
