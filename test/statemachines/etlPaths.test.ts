import { describe, expect, test } from '@jest/globals';
import { TRANSITIONS } from '../../src/backfill/cost.ts';
import { paths } from './support/etlCourse.ts';
import { onceEtlDrill, watch } from './support/watchEtl.ts';

const etl = onceEtlDrill();

const untilMarts = ['Plan', 'HasWork?', 'BuildPartitions', 'Reconcile', 'Tally', 'Checks', 'Marts'];
const toTheEnd = [
  ...untilMarts,
  'Warnings',
  'Postgres',
  'Sweep',
  'NeedsCrawl?',
  'Report',
  'AnyPartitionFailed?',
];
const lost = ['RecordFailure', 'Failed'];

describe('a run of etl', () => {
  test.each(Object.entries(paths))('%s ends as it should', async (_, scenario) => {
    const { status, error } = await watch(etl, scenario);
    expect({ status, error }).toEqual({ error: undefined, ...scenario.ends });
  });

  test('without work ends without a call besides Plan', async () => {
    const { entered, attempts } = await watch(etl, paths.idle);
    expect(entered).toEqual(['Plan', 'HasWork?', 'Idle']);
    expect(attempts).toHaveLength(1);
  });

  test('builds, counts, checks, aggregates, sweeps and reports, in this order', async () => {
    const { main, effects, output } = await watch(etl, paths.noCrawl);
    expect(main).toEqual([...toTheEnd, 'Done']);
    expect(main).toHaveLength(TRANSITIONS.run - 1); // AWS bills the start as well
    expect(effects.slice(-2)).toEqual(['clearDay 2026-10-31', 'put reports/e.json']);
    expect(output).toMatchObject({ status: 'SUCCEEDED', partitions: 2, failedCount: 0 });
  });

  test('publishes each build before it commits it', async () => {
    const { effects } = await watch(etl, paths.noCrawl);
    const of = (partition: string, hour: string) =>
      effects.filter((effect) => effect.includes(partition) || effect.includes(`hr=${hour}`));
    expect(of('2026-10-31T05', '05').map((effect) => effect.replace(/ .*/, ''))).toEqual([
      'lock',
      'put', // of which raw objects it was made
      'point',
      'commit',
    ]);
    expect(of('2026-10-31T06', '06').map((effect) => effect.replace(/ .*/, ''))).toEqual([
      'lock',
      'put',
      'point',
      'commit',
    ]);
  });

  test('of days an earlier run left over builds nothing, and checks and aggregates those days', async () => {
    const { main, inputs } = await watch(etl, paths.marts);
    expect(main).toEqual([...toTheEnd, 'Done']);
    expect(inputs('BuildPartitions/Build')).toEqual([]);
    for (const state of ['Checks/RunCheck', 'Marts/RunMart'])
      expect(inputs(state)).toEqual([
        expect.objectContaining({ QueryString: expect.stringContaining("'2026-10-30'") }),
        expect.objectContaining({ QueryString: expect.stringContaining("'2026-10-30'") }),
      ]);
  });

  test('of one mart by hand runs that mart only, and leaves the days pending for the others', async () => {
    const { inputs, effects } = await watch(etl, paths.onlyAsked);
    expect(inputs('Marts/RunMart')).toHaveLength(1);
    expect(effects.filter((effect) => effect.startsWith('clearDay'))).toEqual([]);
  });

  test('with an input nobody understands says so, and asks only once', async () => {
    const { entered, attempts, cause } = await watch(etl, paths.wrongInput);
    expect(entered).toEqual(['Plan', 'PlanFailed', ...lost]);
    expect(attempts.map(({ state }) => state)).toEqual(['Plan', 'RecordFailure']);
    // The sentence itself, not the JSON that a Lambda's failure is.
    expect(cause).toMatch(/^The input of the run is not valid: /);
    for (const one of ['nullInput', 'listInput', 'textInput', 'numberInput', 'nestedInput'] as const)
      expect((await watch(etl, paths[one])).cause).toMatch(/^The input of the run is not valid: /);
  });
});

describe('a partition that fails', () => {
  test('does not keep the others from being published, is named by the report, and fails the run at its end', async () => {
    const { main, effects, attempts } = await watch(etl, paths.partial);
    expect(main.slice(-3)).toEqual(['Report', 'AnyPartitionFailed?', 'PartitionsFailed']);
    expect(effects).toContain('commit 2026-10-31T06 b1');
    expect(effects).toContain('recordFailure 2026-10-31T05 RawObjectDamaged');
    expect(effects).toContain('unlock 2026-10-31T05 e');
    expect(effects.at(-1)).toBe('put reports/e.json');
    const builds = attempts.filter(({ state }) => state === 'BuildPartitions/Build');
    expect(builds).toHaveLength(2);
  });

  test('is a failure of the run also when the ledger cannot note it', async () => {
    const { entered, effects } = await watch(etl, paths.unrecordedPartition);
    expect(entered).toContain('FailureNotRecorded');
    expect(effects.filter((effect) => effect.startsWith('recordFailure'))).toEqual([]);
    expect(entered.at(-1)).toBe('PartitionsFailed');
  });

  test('and no other that was built: the run fails as NothingBuilt, its report written', async () => {
    const { main, effects, cause } = await watch(etl, paths.nothingBuilt);
    expect(main).toEqual([...toTheEnd, 'NothingBuilt']);
    expect(effects.filter((effect) => effect.startsWith('recordFailure'))).toHaveLength(2);
    expect(effects.at(-1)).toBe('put reports/e.json');
    expect(cause).toMatch(/None of 2 partitions was built \(first 2026-10-31T05: RawObjectDamaged\)/);
  });

  test('that stays damaged does not keep the checks and marts of other days waiting', async () => {
    const { effects, inputs } = await watch(etl, paths.damagedForGood);
    expect(inputs('Checks/RunCheck').length).toBeGreaterThan(0);
    expect(JSON.stringify(inputs('Marts/RunMart'))).toContain('2026-10-30');
    expect(effects.slice(-2)).toEqual(['clearDay 2026-10-30', 'put reports/e.json']);
  });
});

describe('partitions that another run has', () => {
  test('are left to it: the run ends well, says how many they were, and notes no failure', async () => {
    const { main, effects, output } = await watch(etl, paths.locked);
    expect(main).toEqual([...toTheEnd, 'Done']);
    expect(output).toMatchObject({ status: 'SUCCEEDED', partitions: 0, locked: 2, failedCount: 0 });
    expect(effects.filter((effect) => effect.startsWith('recordFailure'))).toEqual([]);
  });
});

describe('an hour that does not add up', () => {
  test('fails the run before anything is derived from it, and says which hour and stage', async () => {
    const { main, inputs, cause } = await watch(etl, paths.unbalanced);
    expect(main).toEqual(['Plan', 'HasWork?', 'BuildPartitions', 'Reconcile', ...lost]);
    expect(inputs('Marts/RunMart')).toEqual([]);
    expect(cause).toContain('2026-10-31T05, raw');
  });

  test('takes nothing back: the builds stay published, their days wait for the next run', async () => {
    const { effects } = await watch(etl, paths.unbalanced);
    expect(effects).toEqual(
      expect.arrayContaining(['commit 2026-10-31T05 b1', 'commit 2026-10-31T06 b1', 'put reports/e.json']),
    );
    expect(effects.filter((effect) => effect.startsWith('clearDay'))).toEqual([]);
  });
});

describe('a check that finds rows', () => {
  test('fails the run by its name and its first row, before any mart is written', async () => {
    const { main, inputs, cause } = await watch(etl, paths.checkFailed);
    expect(main.slice(-3)).toEqual(['Checks', ...lost]);
    expect(inputs('Marts/RunMart')).toEqual([]);
    expect(cause).toMatch(
      /Check eventIdTwice found rows .*: \["e-1"\]. Run queries\/checks\/eventIdTwice\.sql .*"e-1"/,
    );
  });

  test('leaves its days pending, so that the next run checks them again', async () => {
    const { effects } = await watch(etl, paths.checkFailed);
    expect(effects.filter((effect) => effect.startsWith('clearDay'))).toEqual([]);
  });

  test('fails the run with its own error even when that cannot be written down', async () => {
    const { main, effects } = await watch(etl, paths.unrecordedRun);
    expect(main.slice(-3)).toEqual(['Checks', ...lost]);
    expect(effects.filter((effect) => /^put reports\/(?!builds\/)/.test(effect))).toEqual([]);
  });
});

describe('a database that is away', () => {
  test('is tried for two minutes at most, and holds up nothing: builds and marts are there, days are cleared', async () => {
    const { main, effects, output, attempts, waits } = await watch(etl, paths.databaseAway);
    expect(main).toEqual([...toTheEnd, 'Done']);
    expect(attempts.filter(({ state }) => state === 'Postgres')).toHaveLength(4);
    expect(waits('Postgres').reduce((sum, ms) => sum + ms, 0)).toBeLessThan(120_000);
    expect(effects.slice(-2)).toEqual(['clearDay 2026-10-31', 'put reports/e.json']);
    expect(output).toMatchObject({ status: 'SUCCEEDED', partitions: 2, failedCount: 0 });
  });
});

describe('a warning', () => {
  test('that finds rows is in the report and in the output of the run, which succeeds with its marts written', async () => {
    const { main, output, effects } = await watch(etl, paths.warned);
    expect(main.slice(5, 9)).toEqual(['Checks', 'Marts', 'Warnings', 'Postgres']);
    expect(main.slice(-3)).toEqual(['Report', 'AnyPartitionFailed?', 'Done']);
    expect(output).toMatchObject({
      status: 'SUCCEEDED',
      warnings: ['eventIdInTwoHours', 'fewEvents', 'manyEvents'].map((name) => ({
        name,
        rows: [{ ids: '7' }, { ids: '7' }],
      })),
    });
    expect(effects).toContain('clearDay 2026-10-31');
    expect(effects.at(-1)).toBe('put reports/e.json');
  });

  test('that finds nothing is none', async () => {
    const { output, inputs } = await watch(etl, paths.all);
    expect(output).toMatchObject({ warnings: [] });
    expect(inputs('Warnings/RunWarning')).toHaveLength(3);
  });

  test('is asked for the neighbours of the days that changed, and for no more than ten rows', async () => {
    const { inputs } = await watch(etl, paths.all);
    expect(inputs('Warnings/RunWarning')[0]).toMatchObject({
      QueryString: "SELECT 5 FROM eventIdInTwoHours WHERE dt IN ('2026-10-30', '2026-10-31', '2026-11-01')",
    });
    expect(inputs('Warnings/GetWarningRows')[0]).toMatchObject({ MaxResults: 11 });
  });

  test('whose query is wrong did not run: the report says why, and the run succeeds', async () => {
    const { output } = await watch(etl, paths.warningsBroke);
    const broke = { error: 'States.TaskFailed', cause: 'COLUMN_NOT_FOUND: line 1:8' };
    expect(output).toMatchObject({
      status: 'SUCCEEDED',
      warnings: [
        { name: 'eventIdInTwoHours', ...broke },
        { name: 'fewEvents', ...broke },
        { name: 'manyEvents', ...broke },
      ],
    });
  });

  test('whose rows do not fit beside those of the others leaves the error in the report, and the run succeeds', async () => {
    const { main, output } = await watch(etl, paths.warningsTooLarge);
    expect(main.slice(-3)).toEqual(['Report', 'AnyPartitionFailed?', 'Done']);
    expect(output).toMatchObject({
      status: 'SUCCEEDED',
      warnings: [{ name: 'all', error: 'States.DataLimitExceeded' }],
    });
  });
});

describe('every way on which etl fails', () => {
  const failing = Object.entries(paths).filter(([, { ends }]) => ends.status === 'FAILED');

  test.each(failing)('%s: the failure is in the report before the run fails', async (key, scenario) => {
    const { entered, effects, error } = await watch(etl, scenario);
    if (key === 'unrecordedRun') return; // the one whose report cannot be written
    const reported = ['PartitionsFailed', 'NothingBuilt'].find((name) => name === error);
    const through = reported === undefined ? lost : ['AnyPartitionFailed?', reported];
    expect(entered.slice(-2)).toEqual(through);
    expect(effects.at(-1)).toBe('put reports/e.json');
  });
});
