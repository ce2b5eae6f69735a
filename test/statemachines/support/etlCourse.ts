import type { Json } from 'headrace-asl';
import type { Clock } from '../../../src/ports/clock.ts';
import { type EtlDependencies, type EtlScript, etlDependencies } from './etlDependencies.ts';
import { about, always } from './faults.ts';
import type { Faults } from './run.ts';
import type { Course, End, Scenario } from './scenario.ts';

const succeeds: End = { status: 'SUCCEEDED' };
const fails = (error: string): End => ({ status: 'FAILED', error });

export interface EtlScenario extends Scenario {
  dependencies: (clock: Clock) => EtlDependencies;
}

const scenario = (
  name: string,
  ends: End,
  script: Partial<EtlScript> = {},
  faults: Faults = {},
  input: Json = {},
): EtlScenario => ({ name, ends, input, faults, dependencies: etlDependencies(script) });

const hours = (count: number): string[] =>
  Array.from({ length: count }, (_, hour) =>
    new Date(Date.UTC(2026, 9, 1) + hour * 3_600_000).toISOString().slice(0, 13),
  );

/** As many as a run takes, with names of properties as long as they get. */
const full = {
  partitions: hours(500),
  newShapes: Array.from({ length: 30 }, (_, at) => `checkout_step_completed.${'x'.repeat(80)}${at}:string`),
};

const damaged = {
  error: 'RawObjectDamaged',
  cause: '{"errorMessage":"raw/dt=2026-10-31/hr=05/a is cut off"}',
};
const busy = { error: 'Throttled' };
const brokenQuery = JSON.stringify({
  Query: 'SELECT nothing',
  Status: { State: 'FAILED', StateChangeReason: 'COLUMN_NOT_FOUND: line 1:8' },
});

const base = scenario('a run with new properties goes all the way', succeeds);

/** The ways through etl that are not one task meeting one fault. */
export const paths = {
  all: base,
  idle: scenario('a run without work ends at once', succeeds, { partitions: [] }),
  noCrawl: scenario('a run that saw no new properties starts no crawler', succeeds, { newShapes: [] }),
  marts: scenario('a run of days left over by an earlier one builds nothing and runs their marts', succeeds, {
    partitions: [],
    newShapes: [],
    pendingDays: ['2026-10-30'],
  }),
  onlyAsked: scenario(
    'a run of one mart by hand',
    succeeds,
    { newShapes: [] },
    {},
    {
      from: '2026-10-31',
      to: '2026-11-01',
      marts: ['daily_sales'],
    },
  ),
  wrongInput: scenario('an input nobody understands', fails('InvalidInput'), {}, {}, { form: 'now' }),
  nullInput: scenario('null as the input', fails('InvalidInput'), {}, {}, null),
  listInput: scenario('a list as the input', fails('InvalidInput'), {}, {}, []),
  textInput: scenario('a text as the input', fails('InvalidInput'), {}, {}, 'all'),
  numberInput: scenario('a number as the input', fails('InvalidInput'), {}, {}, 1),
  nestedInput: scenario('fields of the wrong type', fails('InvalidInput'), {}, {}, { from: 5, marts: 'all' }),
  partial: scenario(
    'one damaged partition of two',
    fails('PartitionsFailed'),
    {},
    {
      'BuildPartitions/Build': about('"2026-10-31T05"', damaged),
    },
  ),
  nothingBuilt: scenario(
    'every partition damaged',
    fails('NothingBuilt'),
    {},
    {
      'BuildPartitions/Build': always(damaged),
    },
  ),
  damagedForGood: scenario(
    'one damaged hour, and days that an earlier run has left undone',
    fails('NothingBuilt'),
    { partitions: ['2026-10-31T05'], pendingDays: ['2026-10-30'], newShapes: [] },
    { 'BuildPartitions/Build': always(damaged) },
  ),
  locked: scenario(
    'every partition in the hands of another run',
    succeeds,
    {},
    { 'BuildPartitions/Build': always({ error: 'Conflict' }) },
  ),
  unrecordedPartition: scenario(
    'a damaged partition, and no ledger to note it in',
    fails('PartitionsFailed'),
    {},
    {
      'BuildPartitions/Build': about('"2026-10-31T05"', damaged),
      'BuildPartitions/PartitionFailed': always({ error: 'Transient' }),
    },
  ),
  unrecordedRun: scenario(
    'a run that fails and cannot write it down',
    fails('CheckFailed'),
    { rowsFound: 1 },
    {
      RecordFailure: always({ error: 'Transient' }),
    },
  ),
  unbalanced: scenario(
    'an hour that does not add up once it is published',
    fails('BalanceBroken'),
    {},
    { Reconcile: always({ error: 'BalanceBroken', cause: '{"errorMessage":"2026-10-31T05, raw: gone"}' }) },
  ),
  checkFailed: scenario('a check that finds rows', fails('CheckFailed'), { rowsFound: 1 }),
  warned: scenario('warnings that find rows', succeeds, { warningRows: 2 }),
  warningsBroke: scenario(
    'warnings whose queries are wrong',
    succeeds,
    {},
    {
      'Warnings/RunWarning': always({ error: 'States.TaskFailed', cause: brokenQuery }),
    },
  ),
  warningsTooLarge: scenario('warnings that find more than a state may hold, together', succeeds, {
    warningRows: 1,
    warningRow: 'x'.repeat(90_000),
  }),
  databaseAway: scenario(
    'a database that is away',
    succeeds,
    { newShapes: [] },
    { Postgres: always({ error: 'Transient', cause: '{"errorMessage":"PostgreSQL: ECONNREFUSED"}' }) },
  ),
  crawlerBusy: scenario('a crawler that runs already, for ten minutes more', succeeds, { busyFor: 600 }),
  crawlerBusyLong: scenario('a crawler that runs already, for a quarter of an hour more', succeeds, {
    busyFor: 700,
  }),
  crawlerStuck: scenario("somebody else's crawl that does not end", succeeds, { busyFor: 86_400 }),
  crawlForbidden: scenario(
    'a crawler that may not be started',
    succeeds,
    {},
    { StartCrawler: always({ error: 'Glue.AccessDeniedException', cause: 'not authorized' }) },
  ),
  crawlFailed: scenario('a crawl that fails', succeeds, { ends: 'FAILED' }),
  crawlCancelled: scenario('a crawl that somebody cancels', succeeds, { ends: 'CANCELLED' }),
  crawlLong: scenario('a crawl of a quarter of an hour', succeeds, { takes: 900 }),
  crawlTimedOut: scenario('a crawl that does not end', succeeds, { takes: 86_400 }),
  neverCrawled: scenario(
    'a crawler that is ready and has never crawled',
    succeeds,
    {},
    {
      GetCrawler: always({ answer: { Crawler: { Name: 'headrace-prod-raw', State: 'READY' } } }),
    },
  ),
  full: scenario('500 partitions, each with new properties', succeeds, full),
  overfull: scenario(
    '500 partitions whose new properties are as long as they may be',
    fails('States.DataLimitExceeded'),
    {
      ...full,
      newShapes: [`${'é'.repeat(128)}.${'x'.repeat(300)}`, `${'é'.repeat(128)}.${'y'.repeat(300)}`],
    },
  ),
  fullDamaged: scenario(
    '500 partitions that are throttled to the last retry, all but one for good',
    fails('PartitionsFailed'),
    full,
    {
      'BuildPartitions/Build': (number, input) =>
        JSON.stringify(input).includes('"2026-10-01T00"') && number > 3 ? undefined : busy,
      // Each failure is noted at the last attempt.
      'BuildPartitions/PartitionFailed': (number) => (number > 2 ? undefined : busy),
    },
  ),
  fullFailed: scenario('500 partitions that all fail', fails('NothingBuilt'), full, {
    'BuildPartitions/Build': always(busy),
    'BuildPartitions/PartitionFailed': always(busy),
  }),
  stuck: scenario(
    '500 builds that all hang, hour after hour',
    { status: 'TIMED_OUT', error: 'States.Timeout' },
    full,
    {
      'BuildPartitions/Build': always('hangs'),
    },
  ),
} as const satisfies Record<string, EtlScenario>;

/** What only a failure leads to, and how the run ends that gets there. */
const reach: Course['reach'] = {
  'BuildPartitions/PartitionFailed': {
    faults: { 'BuildPartitions/Build': about('"2026-10-31T05"', damaged) },
    ends: fails('PartitionsFailed'),
  },
  RecordFailure: { faults: { Plan: always({ error: 'UnknownMart' }) }, ends: fails('UnknownMart') },
};

/**
 * A partition's failure is the run's at its end; a warning's and a crawl's are in its report; a database's has an alarm of
 * its own; writing one down changes nothing of it.
 */
const endOf = (state: string, error: string): string | undefined => {
  if (state.startsWith('Warnings/') || /Crawler$|^Postgres$/.test(state)) return undefined;
  // Of a partition that another run has nothing is known but that: it is left to the other run.
  const locked = error === 'Conflict' && /\/(Build|Publish)$/.test(state);
  if (state.startsWith('BuildPartitions/')) return locked ? undefined : 'PartitionsFailed';
  return state === 'RecordFailure' ? 'UnknownMart' : error;
};

export const etl: Course = { base, reach, endOf, paths };
