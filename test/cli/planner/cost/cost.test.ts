import { describe, expect, test } from '@jest/globals';
import { type BillItem, costOf } from '../../../../cli/planner/cost/bill.ts';
import { changeSince, estimate } from '../../../../cli/planner/cost/estimate.ts';
import type { StageFacts } from '../../../../cli/planner/facts.ts';
import { DEFAULT_PRICES, readPrices } from '../../../../cli/planner/prices.ts';
import { changesOf, profileOf } from '../../../../cli/planner/profile.ts';
import type { RunQuery } from '../../../../cli/planner/runQueries.ts';

const list = readPrices(DEFAULT_PRICES);
const reading = (period: RunQuery['period'], ...columns: string[]): RunQuery => ({
  ...{ name: columns.join(), scans: [columns], period },
});
const queries = {
  checks: [reading('hours', 'event_id'), reading('hours', 'schema_version')],
  warnings: [reading('neighbourDays', 'event_id', 'source')],
  marts: [
    reading('days', 'properties'),
    { ...reading('days'), name: 'twice', scans: [['event_id'], ['event_id']] },
  ],
};
const profile = profileOf('100eps', { eventBytes: 1_000, month: 2 });

/** A small stage: two shards, an hourly etl, raw objects to IA after a month. */
const facts: StageFacts = {
  functions: {
    collect: { gb: 0.5, arm: true, traced: true, reported: true },
    land: { gb: 1, arm: true, traced: true, reported: true },
    build: { gb: 3, arm: true, traced: true, reported: true },
    publish: { gb: 0.25, arm: true, traced: true, reported: true },
  },
  stream: { onDemand: false, shards: 2, retentionHours: 24 },
  landWindow: 10,
  runs: 720,
  pastDaysEveryHours: 0,
  raw: {
    steps: [
      { fromDay: 0, storageClass: 'STANDARD', fromBytes: 0 },
      { fromDay: 30, storageClass: 'STANDARD_IA', fromBytes: 0 },
    ],
    expiresAfterDays: Number.POSITIVE_INFINITY,
  },
  curatedTieringAfterDays: undefined,
  archive: undefined,
  consumers: { shared: ['land'], own: [] },
  alarms: 20,
  dashboards: 1,
  logDays: 30,
  measuredMappings: 2,
  measuredRoutes: 0,
  secrets: 0,
  kmsKeys: 0,
};

const items = costOf(profile, facts, queries, list.prices);
const usd = (service: string, what: string): number => {
  const found: BillItem | undefined = items.find((item) => item.service === service && item.what === what);
  if (!found) throw new Error(`no ${service}: ${what} among ${items.map((item) => item.what).join(', ')}`);
  return found.usd;
};

describe('windows and PostgreSQL that read the stream', () => {
  const billed = (stream: Partial<StageFacts['stream']>, fanOut: boolean): BillItem[] =>
    costOf(
      profile,
      { ...facts, stream: { ...facts.stream, ...stream }, windows: { seconds: 60, gather: 10, fanOut } },
      queries,
      list.prices,
    ).filter(({ what }) => /windows$/.test(what) && !/calls|time/.test(what));
  // 25.92 million records of ten KB, in steps of a KB: 10,000 bytes are ten of them.
  const gb = (25_920_000 * 10 * 1_024) / 1e9;

  test('by polling cost what is read on demand, and nothing of a provisioned stream', () => {
    expect(billed({}, false)).toEqual([]);
    expect(billed({ onDemand: true }, false)).toMatchObject([{ what: 'read by windows', usd: gb * 0.04 }]);
  });

  test('and PostgreSQL pays the same for a connection of its own', () => {
    const postgres = { gather: 5, batch: 1_000, keepDays: 35, cluster: false, zones: 0, fanOut: true };
    const billedFor = (stream: Partial<StageFacts['stream']>): BillItem[] =>
      costOf(
        profile,
        { ...facts, stream: { ...facts.stream, ...stream }, postgres },
        queries,
        list.prices,
      ).filter(({ what }) => /(fan-out of|read by) postgres$/.test(what));
    expect(billedFor({})).toMatchObject([
      { what: 'fan-out of postgres', quantity: 2 * 720, usd: 2 * 720 * 0.015 },
      { what: 'read by postgres', usd: gb * 0.013 },
    ]);
    expect(billedFor({ onDemand: true })).toMatchObject([{ what: 'read by postgres', usd: gb * 0.05 }]);
  });

  test('through a connection of their own cost it by the GB, and by shard and hour where shards are provisioned', () => {
    expect(billed({}, true)).toMatchObject([
      { what: 'fan-out of windows', quantity: 2 * 720, usd: 2 * 720 * 0.015 },
      { what: 'read by windows', usd: gb * 0.013 },
    ]);
    expect(billed({ onDemand: true }, true)).toMatchObject([{ what: 'read by windows', usd: gb * 0.05 }]);
  });
});

describe('a month of 100 events a second, reckoned by hand', () => {
  // 30 days are 2,592,000 s: 259,200,000 events of 1,000 bytes in 25,920,000 requests of ten.
  test('the collector: 25.92 million requests at a dollar a million, 30 ms of half a GB each', () => {
    expect(usd('API Gateway', 'requests')).toBeCloseTo(25.92, 6);
    expect(usd('Lambda', 'collect: calls')).toBeCloseTo(5.184, 6);
    // 25,920,000 × 0.03 s × 0.5 GB = 388,800 GB s × 0.0000133334
    expect(usd('Lambda', 'collect: time')).toBeCloseTo(5.184026, 4);
  });

  test('the stream: 1,440 shard hours, and a record of 10 KB is one unit', () => {
    expect(usd('Kinesis', 'shards')).toBeCloseTo(21.6, 6);
    expect(usd('Kinesis', 'records put')).toBeCloseTo(0.36288, 6);
  });

  test('landing: a batch of half a megabyte from each shard every ten seconds', () => {
    // 2 shards × 259,200 windows = 518,400 calls; 500,000 bytes take 0.05 s besides the fixed 0.3.
    expect(usd('Lambda', 'land: calls')).toBeCloseTo(0.10368, 6);
    expect(usd('Lambda', 'land: time')).toBeCloseTo(518_400 * 0.35 * 0.0000133334, 6);
    // 1.2 hours a batch: 622,080 objects to put, as many marks, each in the table and its index.
    expect(usd('S3', 'raw objects written')).toBeCloseTo(3.1104, 6);
    expect(usd('DynamoDB', 'marks of landings')).toBeCloseTo(0.7776, 6);
  });

  test('building: every hour once and a late one with every run', () => {
    // 1,440 builds of 360 MB lines, 54 MB gzipped: 1.5 s + 54/8 s, 3 GB.
    expect(usd('Lambda', 'build: time')).toBeCloseTo(1_440 * 8.25 * 3 * 0.0000133334, 6);
    // A run: 15 states, 2 checks of 4, a warning of 3, 2 marts of 2; a build: 2.
    expect(usd('Step Functions', 'etl')).toBeCloseTo((720 * 30 + 1_440 * 2) * 0.000025, 6);
  });

  // An hour: 360,000 events of 1,000 × 0.1 = 100 bytes in Parquet: 38.6 of ids and times, 61.4 of the others.
  const scanned = (what: string): number => (usd('Athena', what) / 5) * 1024 ** 4;

  test('checks: the hour that has just ended, the late one of the day before, and each of the two in the other day', () => {
    // 1 + 0.5 + 2 hours; event_id takes 19.6 bytes. No column to speak of is billed as 10 MB.
    expect(scanned('checks') / 720).toBeCloseTo(3.5 * 360_000 * 19.6 + 10_000_000, 0);
  });

  test('marts: a day and a half, and each scan of a query for itself', () => {
    // properties are 1.31 of the 3.407 bytes measured besides ids and times.
    const properties = (61.4 * 1.31) / 3.407;
    expect(scanned('marts') / 720).toBeCloseTo(36 * 360_000 * (properties + 2 * 19.6), 0);
  });

  test('warnings: a day more than the marts', () => {
    expect(scanned('warnings') / 720).toBeCloseTo(60 * 360_000 * 19.6, 0);
  });

  test('storage in the second month: one month of raw in Standard, one in IA, two of Parquet', () => {
    // 259.2 GB × 0.15 = 38.88 GB a month gzipped, × 0.1 = 25.92 GB of Parquet.
    expect(usd('S3', 'raw, STANDARD')).toBeCloseTo(38.88 * 0.023, 6);
    expect(usd('S3', 'raw, STANDARD_IA')).toBeCloseTo(38.88 * 0.0125, 6);
    expect(usd('S3', 'raw objects moved to STANDARD_IA')).toBeCloseTo(6.2208, 6);
    expect(usd('S3', 'curated Parquet')).toBeCloseTo(51.84 * 0.023, 6);
  });

  test('watching: 20 alarms, a dashboard, and 1 trace a second with 5 % of the other nine', () => {
    expect(usd('CloudWatch and X-Ray', 'alarms')).toBeCloseTo(2, 6);
    expect(usd('CloudWatch and X-Ray', 'dashboards')).toBeCloseTo(3, 6);
    expect(usd('CloudWatch and X-Ray', 'traces')).toBeCloseTo(1.45 * 2_592_000 * 0.000005, 4);
  });
});

describe('late events of days that are over', () => {
  const scannedBy = (changes: Partial<StageFacts>, what: string): number =>
    (costOf(profile, { ...facts, ...changes }, queries, list.prices).find((one) => one.what === what)?.usd ??
      0) / 5;

  test('are read once in six hours, and with each run of the hour after midnight', () => {
    // Of 24 runs a day five take the day before: 12 + 24 × 5/24 hours a run instead of 36.
    const ratio = scannedBy({ pastDaysEveryHours: 6 }, 'marts') / scannedBy({}, 'marts');
    expect(ratio).toBeCloseTo(17 / 36, 6);
  });

  test('cost what they cost before where they do not wait', () => {
    expect(scannedBy({ pastDaysEveryHours: 0 }, 'marts')).toBe(scannedBy({}, 'marts'));
  });

  test('change nothing of checks, which read hours', () => {
    expect(scannedBy({ pastDaysEveryHours: 6 }, 'checks')).toBe(scannedBy({}, 'checks'));
  });
});

describe('watching', () => {
  const watched = (changes: Partial<StageFacts>, what: string): number =>
    costOf(profile, { ...facts, ...changes }, queries, list.prices).find((one) => one.what === what)
      ?.quantity ?? 0;

  test('a collector of which Lambda logs no calls writes 430 bytes a request less', () => {
    const { collect, ...others } = facts.functions;
    if (!collect) throw new Error('a collector');
    const quiet = { functions: { ...others, collect: { ...collect, reported: false } } };
    const saved = watched({}, 'logs written') - watched(quiet, 'logs written');
    expect(saved).toBeCloseTo((25_920_000 * 430) / 1e9, 6);
  });

  test('logs are kept for their days, compressed', () => {
    expect(watched({ logDays: 60 }, 'logs kept')).toBeCloseTo(watched({}, 'logs written') * 0.15 * 2, 6);
  });

  test('metrics of mappings and of routes are counted where there are any', () => {
    expect(watched({}, 'metrics of event source mappings')).toBe(10);
    expect(watched({}, 'metrics of routes')).toBe(0);
    expect(watched({ measuredRoutes: 2 }, 'metrics of routes')).toBe(12);
  });
});

test('curated files that nobody reads move to cheaper tiers, and each is watched for it', () => {
  const year = profileOf('100eps', { eventBytes: 1_000, month: 12 });
  const found = costOf(year, { ...facts, curatedTieringAfterDays: 30 }, queries, list.prices).filter(
    ({ what }) => what.startsWith('curated'),
  );
  // 25.92 GB a month: two months in the first tier, two in the second, eight in the third.
  expect(
    found.map(({ quantity, usd: dollars }) => [quantity, dollars].map((n) => Number(n.toFixed(4)))),
  ).toEqual([
    [51.84, 1.1923],
    [51.84, 0.648],
    [207.36, 0.8294],
    [7_920, 0.0198],
  ]);
});

test('objects too small for a storage class stay where they are', () => {
  const [first, second] = facts.raw.steps;
  if (!first || !second) throw new Error('two steps');
  const choosy = { ...facts, raw: { ...facts.raw, steps: [first, { ...second, fromBytes: 131_071 }] } };
  const found = costOf(profile, choosy, queries, list.prices);
  expect(found.find(({ what }) => what === 'raw, STANDARD')?.quantity).toBeCloseTo(2 * 38.88, 6);
  expect(found.some(({ what }) => what.includes('IA'))).toBe(false);
});

test('raw objects that expire are no longer paid for', () => {
  const brief = { ...facts, raw: { ...facts.raw, expiresAfterDays: 15 } };
  const found = costOf(profile, brief, queries, list.prices);
  expect(found.find(({ what }) => what === 'raw, STANDARD')?.quantity).toBeCloseTo(38.88 / 2, 6);
});

test('a stage whose schedule is off pays for no runs, builds or queries', () => {
  const services = new Set(
    costOf(profile, { ...facts, runs: 0 }, queries, list.prices).map((i) => i.service),
  );
  expect(services).not.toContain('Athena');
  expect(services).not.toContain('Step Functions');
});

test('an on-demand stream pays for its bytes in whole KB, and for what it keeps beyond a day', () => {
  const onDemand = { ...facts, stream: { onDemand: true, shards: 0, retentionHours: 72 } };
  const found = costOf(profile, onDemand, queries, list.prices).filter((i) => i.service === 'Kinesis');
  // A record of 10,000 bytes is 10 KB of 1,024: 25,920,000 × 10,240 bytes.
  expect(found.map(({ what, quantity }) => [what, Number(quantity.toFixed(4))])).toEqual([
    ['stream', 720],
    ['written', 265.4208],
    ['read by land', 265.4208],
    ['kept longer than a day', 17.6947],
  ]);
});

test('twice the events never cost less, service by service', () => {
  const of = (name: string) =>
    new Map(estimate(profileOf(name), facts, list).services.map((s) => [s.service, s.usd]));
  const [once, twice] = [of('200eps'), of('400eps')];
  for (const [service, dollars] of once) expect(twice.get(service)).toBeGreaterThanOrEqual(dollars);
});

test('the change since an earlier estimate names what became dearer and what is gone', () => {
  const line = (service: string, dollars: number) => ({ service, usd: dollars, usdPerMillionEvents: 0 });
  const before = { services: [line('Lambda', 5), line('Glue', 1), line('S3', 2)] };
  expect(changeSince({ services: [line('Lambda', 7), line('S3', 2)] }, before)).toEqual([
    { service: 'Lambda', from: 5, to: 7 },
    { service: 'Glue', from: 1, to: 0 },
  ]);
});

describe('what a person may ask for', () => {
  test('profiles are rates', () => {
    expect(profileOf('2.5keps').eventsPerSecond).toBe(2_500);
    for (const name of ['fast', '0eps', '100', '-5eps']) expect(() => profileOf(name)).toThrow(name);
  });

  test('a number that is none is refused with the option it was given for', () => {
    expect(changesOf((name) => (name === 'month' ? '24' : undefined))).toEqual({ month: 24 });
    expect(() => changesOf((name) => (name === 'event-bytes' ? '0' : undefined))).toThrow('--event-bytes');
    expect(() => changesOf((name) => (name === 'crawls' ? 'many' : undefined))).toThrow('--crawls');
  });

  test('a price file without a price is refused with the name of it', () => {
    expect(() => readPrices('package.json')).toThrow(/package\.json is not a price file/);
  });
});

describe('an archive of 100 events a second', () => {
  const archive = { bufferSeconds: 900, bufferBytes: 134_217_728, expiresAfterDays: 30 };
  const of = (more: Partial<typeof profile>, stage: Partial<StageFacts> = {}) => {
    const lines = costOf({ ...profile, ...more }, { ...facts, archive, ...stage }, queries, list.prices);
    return (what: string): BillItem | undefined => lines.find((line) => line.what === what);
  };

  test('costs by records of ten events in steps of 5 KB: 10,000 bytes are billed as 10,240', () => {
    expect(of({})('archived')?.quantity).toBeCloseTo((25_920_000 * 10_240) / 1e9, 6);
    // One event a record: 1,000 bytes are billed as 5,120.
    expect(of({ eventsPerRequest: 1 })('archived')?.quantity).toBeCloseTo((259_200_000 * 5_120) / 1e9, 6);
    expect(of({})('archived')?.usd).toBeCloseTo(265.4208 * 0.029, 6);
  });

  test('is an object every quarter of an hour, and kept for a month', () => {
    expect(of({})('objects of the archive written')?.quantity).toBeCloseTo(2_880, 6);
    expect(of({})('archive')?.quantity).toBeCloseTo(259.2 * profile.gzipRatio, 6);
  });

  test('is one more reader of the stream, which an on-demand stream bills', () => {
    const onDemand = { stream: { onDemand: true, shards: 0, retentionHours: 24 } };
    expect(of({}, onDemand)('read by the archive')?.usd).toBeCloseTo(((25_920_000 * 10_240) / 1e9) * 0.04, 6);
    expect(of({})('read by the archive')).toBeUndefined();
    expect(of({}, { ...onDemand, archive: undefined })('read by the archive')).toBeUndefined();
  });

  test('is compared with the lake by a query that reads both, where the etl runs', () => {
    expect(of({})('check of the archive')?.quantity).toBeCloseTo(
      (259.2e9 * profile.gzipRatio * 12.5) / 1024 ** 4,
      6,
    );
    expect(of({}, { runs: 0 })('check of the archive')).toBeUndefined();
  });
});
