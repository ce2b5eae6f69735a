import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { cut, MAX_LANDED, planBackfill } from '../../src/backfill/backfilling.ts';
import { BUILD_MEMORY_MB, BUILD_PART_BYTES, estimateCost } from '../../src/backfill/cost.ts';
import { planRun } from '../../src/etl/planning.ts';
import { committedBuild } from '../helpers/builds.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';
import { fixedClock } from '../helpers/fakes.ts';

const { store, ledger } = eachFakePorts();

const queries = { checks: 4, warnings: 1, marts: 3 };
const startedAt = '2026-11-22T10:00:00.000Z';
const plan = (input: unknown, execution = 'backfill-1', timeZone = 'UTC') =>
  planBackfill({ execution, startedAt, input }, queries, { store, ...ledger, timeZone });

const hours = (count: number, from = '2026-01-01T00', step = 1): string[] =>
  Array.from({ length: count }, (_, at) =>
    new Date(Date.parse(`${from}:00:00Z`) + at * step * 3_600_000).toISOString().slice(0, 13),
  );

const land = (...partitions: string[]) => {
  for (const partition of partitions) {
    store.seed(`raw/dt=${partition.slice(0, 10)}/hr=${partition.slice(11)}/s-1-n1.ndjson`, '{"a":1}\n');
    ledger.partitionStates.land(partition);
  }
};

const committed = committedBuild();

const build = async (partition: string, builtAt = committed.builtAt) => {
  const { landings } = await ledger.partitionStates.lock(partition, 'run-0', new Date(0), 1);
  await ledger.partitionStates.commit(partition, 'run-0', landings, {
    ...committed,
    build: builtAt,
    builtAt,
  });
};

const year = { from: '2026-01-01', to: '2027-01-01' };

describe('a year with data in a few hours', () => {
  beforeEach(() => land('2025-12-31T23', '2026-01-01T00', '2026-01-01T07', '2026-12-31T23', '2027-01-01T00'));

  test('costs those: one run from the first to the hour after the last, and the bytes of the hours in it', async () => {
    const planned = await plan(year);

    expect(planned).toMatchObject({ landed: 3, partitions: 3, objects: 3, bytes: 24, hasWork: true });
    expect(planned.chunks).toEqual([
      {
        name: expect.stringMatching(/^backfill-20260101T00-[0-9a-f]{12}$/),
        input: { from: '2026-01-01T00', to: '2027-01-01T00' },
        partitions: 3,
      },
    ]);
  });

  test('lists the folders that are there, and no hour of the rest of the year', async () => {
    const listed: string[] = [];
    const watched = {
      ...store,
      list: (prefix: string) => {
        listed.push(prefix);
        return store.list(prefix);
      },
      listFolders: (prefix: string) => {
        listed.push(prefix);
        return store.listFolders(prefix);
      },
    };
    const ports = { store: watched, ...ledger, timeZone: 'UTC' };
    await planBackfill({ execution: 'b', startedAt, input: year }, queries, ports);

    expect(listed.sort()).toEqual([
      'events/',
      'raw/',
      'raw/dt=2026-01-01/',
      'raw/dt=2026-01-01/hr=00/',
      'raw/dt=2026-01-01/hr=07/',
      'raw/dt=2026-12-31/',
      'raw/dt=2026-12-31/hr=23/',
      'raw/dt=2027-01-01/', // may hold hours before the end, as far as the folder's name says
    ]);
  });

  test('measures a day of which many hours are to be built in one listing, without those that are not', async () => {
    const hours = Array.from({ length: 8 }, (_, n) => `2026-01-01T1${n}`);
    land(...hours);
    await build('2026-01-01T00');
    const { partitions, objects, bytes } = await plan({ from: '2026-01-01', to: '2026-01-02' });
    expect({ partitions, objects, bytes }).toEqual({ partitions: 9, objects: 9, bytes: 72 });
  });

  test('is not to be run when only its plan is asked for', async () => {
    expect(await plan({ ...year, plan: true })).toMatchObject({ hasWork: false, partitions: 3 });
  });

  test('plans what is left when some of it is built and clean', async () => {
    await build('2026-01-01T00');
    await build('2026-12-31T23');
    ledger.partitionStates.land('2026-12-31T23');

    expect((await plan(year)).chunks.map(({ input, partitions }) => [input.from, partitions])).toEqual([
      ['2026-01-01T07', 2],
    ]);
  });

  test('is nothing to do when all of it is built', async () => {
    for (const hour of ['2026-01-01T00', '2026-01-01T07', '2026-12-31T23']) await build(hour);

    expect(await plan(year)).toMatchObject({
      hasWork: false,
      landed: 3,
      partitions: 0,
      bytes: 0,
      chunks: [],
    });
  });
});

describe('force', () => {
  beforeEach(async () => {
    land('2026-01-01T00', '2026-01-01T01');
    await build('2026-01-01T00');
    await build('2026-01-01T01', '2026-11-22T10:30:00.000Z');
  });

  test('builds again what was built before the backfill began, and hands that instant on to its runs', async () => {
    const { chunks, builtBefore } = await plan({ ...year, force: true });

    expect(builtBefore).toBe(startedAt);
    expect(chunks).toMatchObject([
      { input: { from: '2026-01-01T00', to: '2026-01-01T01', force: true, builtBefore: startedAt } },
    ]);
  });

  test('given the instant of a backfill that was stopped goes on where that one ended', async () => {
    const again = { ...year, force: true, builtBefore: '2026-11-22T11:00:00Z' };
    expect((await plan(again)).partitions).toBe(2);
    await build('2026-01-01T00', '2026-11-22T11:00:01.000Z');
    expect((await plan(again)).chunks).toMatchObject([{ input: { from: '2026-01-01T01' }, partitions: 1 }]);
  });
});

describe('cutting', () => {
  const sizes = (groups: string[][]) => groups.map((group) => group.length);

  test('makes parts that one run takes, in order, with each hour once', async () => {
    const all = hours(1_000);
    const groups = cut(all, all, 100);

    expect(groups.flat()).toEqual(all);
    expect(sizes(groups)).toEqual([MAX_LANDED, MAX_LANDED, 100]);
  });

  test('counts also hours that are built: the run, given a range, counts them too', () => {
    const all = hours(1_000);
    const wanted = all.filter((_, at) => at % 2 === 0);

    expect(sizes(cut(all, wanted, 100))).toEqual([225, 225, 50]);
  });

  test('leaves out what is built between two parts', () => {
    const all = hours(1_000);
    const groups = cut(all, [all[0] ?? '', all[999] ?? ''], 100);

    expect(groups).toEqual([[all[0]], [all[999]]]);
  });

  test('takes so few days a part that all that run together leave no day of marts for later', async () => {
    land(...hours(200, '2026-01-01T00', 24));
    const days = async (concurrency: number) =>
      (await plan({ ...year, concurrency })).chunks.map((chunk) => chunk.partitions);

    expect(await days(1)).toEqual([100, 100]);
    expect(await days(5)).toEqual(new Array(10).fill(20));
  });

  test('takes half as many in another time zone, of which each day of UTC may touch two days', async () => {
    land(...hours(100, '2026-01-01T15', 72));
    const days = async (concurrency: number) =>
      (await plan({ ...year, concurrency }, 'b', 'Asia/Seoul')).chunks.map((chunk) => chunk.partitions);

    expect(await days(1)).toEqual([50, 50]);
    expect(await days(5)).toEqual(new Array(10).fill(10));
  });

  test('makes inputs that the etl takes', async () => {
    land(...hours(600));
    for (const { input, partitions } of (await plan({ ...year, force: true })).chunks) {
      const run = await planRun('run', input, ['daily'], { store, ...ledger, clock: fixedClock() });
      expect(run.partitions).toHaveLength(partitions);
    }
  });

  test('names the runs by the backfill and their first hour: another backfill has others', async () => {
    land(...hours(500));
    const names = async (execution: string) => (await plan(year, execution)).chunks.map(({ name }) => name);

    expect(await names('a')).toEqual(await names('a'));
    expect(new Set([...(await names('a')), ...(await names('b'))]).size).toBe(4);
    for (const name of await names('x'.repeat(80))) expect(name.length).toBeLessThanOrEqual(80);
  });

  test('of more than 400 runs is refused, with what to do', async () => {
    land(...hours(401 * 20, '2000-01-01T00', 24));

    await expect(plan({ from: '2000-01-01', to: '2030-01-01', concurrency: 5 })).rejects.toMatchObject({
      name: 'RangeTooLarge',
      message: expect.stringMatching(/8020 partitions.*401 runs.*at most 400.*shorter range/),
    });
  });
});

describe('an input that is not valid', () => {
  test.each([
    ['no range', {}, /"from" has the wrong form/],
    ['an unknown field', { ...year, marts: ['daily'] }, /unknown field "marts".*known are "from"/],
    ['an empty range', { from: '2026-01-01', to: '2026-01-01' }, /must be before/],
    ['a day that does not exist', { from: '2026-02-30', to: '2026-03-02' }, /"from" is "2026-02-30"/],
    ['six runs at a time', { ...year, concurrency: 6 }, /"concurrency" has the wrong form/],
    ['no run at a time', { ...year, concurrency: 0 }, /"concurrency" has the wrong form/],
    ['an instant without force', { ...year, builtBefore: startedAt }, /"builtBefore" needs "force"/],
  ])('%s: InvalidInput says what and how it should be', async (_what, input, message) => {
    const failure = plan(input);
    await expect(failure).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('{"plan":true}') });
  });
});

describe('the estimate', () => {
  const work = { partitions: 8_760, objects: 500_000, bytes: 500e9, chunks: 20 };

  test('adds up, and of a year of half a terabyte is some dozen dollars', () => {
    const { usd, stepFunctions, lambda, s3, athena } = estimateCost(work, queries);

    expect(usd).toBeCloseTo(stepFunctions.usd + lambda.usd + s3.usd + athena.usd, 3);
    expect(stepFunctions.transitions).toBe(8_760 * 2 + 20 * (15 + 16 + 3 + 6 + 1) + 5);
    expect(athena.bytes).toBe(8 * 500e9);
    expect(usd).toBeGreaterThan(15);
    expect(usd).toBeLessThan(30);
  });

  test('of nothing is nothing but the planning', () => {
    const { usd } = estimateCost({ partitions: 0, objects: 0, bytes: 0, chunks: 0 }, queries);
    expect(usd).toBeLessThan(0.01);
  });

  test('reckons with the memory that build has, and with prices that say of where and when they are', () => {
    const yml = readFileSync('functions/build.yml', 'utf8');
    expect(yml).toContain(`memorySize: ${BUILD_MEMORY_MB} `);
    expect(yml).toContain(`BUILD_PART_BYTES: ${BUILD_PART_BYTES} `);
    expect(estimateCost(work, queries).prices).toEqual({
      region: 'us-east-1',
      asOf: expect.stringMatching(/^20\d\d-\d\d$/),
    });
  });
});
