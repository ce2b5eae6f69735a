import type { Json } from 'headrace-asl';
import { StatesError } from 'headrace-asl';
import { z } from 'zod';
import { writeInputs } from '../../../src/build/inputs.ts';
import { HeadraceError } from '../../../src/errors.ts';
import { failureInput, recordFailure } from '../../../src/etl/failing.ts';
import { martDay } from '../../../src/etl/martDays.ts';
import { publishMart } from '../../../src/etl/marts.ts';
import { plan, planRun } from '../../../src/etl/planning.ts';
import { publishBuild, publishInput } from '../../../src/etl/publishing.ts';
import { reportRun, swept } from '../../../src/etl/reporting.ts';
import { sweepReplaced } from '../../../src/etl/sweeping.ts';
import { partitionResult, tally, tallyRun } from '../../../src/etl/tallying.ts';
import { warningResults } from '../../../src/etl/warnings.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { createFakeLedger } from '../../helpers/fakes/ledger.ts';
import { createFakeCatalog, createFakeStore, type Effects } from '../../helpers/fakes.ts';
import { type CrawlerScript, createCrawler } from './crawler.ts';
import type { Dependencies } from './run.ts';

export interface EtlScript extends CrawlerScript {
  /** hours with raw objects that have landed and not been built */
  partitions: readonly string[];
  /** days whose checks and marts an earlier run has left undone */
  pendingDays: readonly string[];
  /** properties nobody has seen before, in each partition */
  newShapes: readonly string[];
  /** rows each check finds that should not be there */
  rowsFound: number;
  /** rows each warning finds, and what stands in each */
  warningRows: number;
  warningRow: string;
}

export interface EtlDependencies extends Dependencies {
  effects: Effects;
  crawls: readonly { from: number; to: number }[];
}

const queries = {
  checks: [
    { name: 'eventIdTwice', sql: 'SELECT 1 WHERE dt IN (:days)' },
    { name: 'eventFromTheFuture', sql: 'SELECT 2 WHERE dt IN (:days)' },
  ],
  warnings: ['eventIdInTwoHours', 'fewEvents', 'manyEvents'].map((name) => ({
    name,
    sql: `SELECT 5 FROM ${name} WHERE dt IN (:neighbourDays)`,
  })),
  marts: [
    { name: 'daily_events', sql: 'SELECT 3 WHERE dt IN (:days)' },
    { name: 'daily_sales', sql: 'SELECT 4 WHERE dt IN (:days)' },
  ],
};
const martNames = queries.marts.map(({ name }) => name);

const buildInput = z.object({ execution: z.string(), partition: z.string(), force: z.boolean() });
const martInput = z.object({ mart: z.string(), location: z.string(), days: z.array(martDay()) });
const inputs = {
  plan: z.object({ execution: z.string(), input: z.unknown() }),
  tally: z.object({ startedAt: z.string(), plan: plan(), results: z.array(partitionResult()) }),
  reconcile: z.object({ execution: z.string(), results: z.array(partitionResult()) }),
  report: z.object({
    execution: z.string(),
    plan: plan(),
    tally: tally(),
    warnings: warningResults(),
    sweep: swept(),
  }),
  query: z.object({ QueryString: z.string(), WorkGroup: z.string() }),
};

const COUNT = 123_456_789;

const prepare = (script: EtlScript, clock: Clock) => {
  const store = createFakeStore({ clock });
  const { effects } = store;
  const ledger = createFakeLedger({ effects, now: () => clock.now() });
  const catalog = createFakeCatalog({ effects });
  // Each hour has properties of its own: the most there can be.
  ledger.observedSchemas.note = async (_, properties) => {
    ledger.observedSchemas.crawls.wanted += 1;
    return [...properties];
  };
  for (const partition of script.partitions) ledger.partitionStates.land(partition);
  for (const day of script.pendingDays) ledger.pendingDays.days.set(day, { changes: 1, pending: true });
  return { store, ...ledger, catalog, clock, effects, crawler: createCrawler(script, clock) };
};

type Ports = ReturnType<typeof prepare>;

/** The only step that is not the real one, since it would read files: takes the lock and says what it might have built. */
const build = async (
  payload: unknown,
  { newShapes }: EtlScript,
  { store, partitionStates, clock }: Ports,
) => {
  const { execution, partition } = buildInput.parse(payload);
  const { landings } = await partitionStates.lock(partition, execution, clock.now(), 15 * 60 * 1000);
  const [day, hour] = partition.split('T');
  const undeclared = Map.groupBy(newShapes, (shape) => shape.slice(0, shape.indexOf('.')));
  for (const [name, shapes] of undeclared)
    undeclared.set(
      name,
      shapes.map((shape) => shape.slice(name.length + 1)),
    );
  await writeInputs(store, partition, `b${landings}`, [], undeclared);
  return {
    partition,
    build: `b${landings}`,
    location: `s3://lake/events/dt=${day}/hr=${hour}/build=b${landings}/`,
    landings,
    digest: 'd'.repeat(64),
    skipped: false,
    counts: { raw: COUNT, curated: COUNT, duplicates: 0, rejected: 0 },
    rawBytes: COUNT,
    parquetBytes: COUNT,
    engine: 'duckdb',
    buildMs: 1000,
    builtAt: clock.now().toISOString(),
  };
};

/** Functions by the states that call them; each is given its Payload. */
const functions = (
  script: EtlScript,
  ports: Ports,
): Record<string, (payload: unknown) => Promise<unknown>> => ({
  Plan: async (payload) => {
    const { execution, input } = inputs.plan.parse(payload);
    return planRun(execution, input, martNames, ports);
  },
  'BuildPartitions/Build': (payload) => build(payload, script, ports),
  'BuildPartitions/Publish': (payload) => publishBuild(ports, publishInput.parse(payload)),
  'BuildPartitions/PartitionFailed': (payload) => recordFailure(failureInput.parse(payload), ports),
  // Counting files is its own test's business; here only what it is asked with has to fit.
  Reconcile: async (payload) => ({ checked: inputs.reconcile.parse(payload).results.length, pending: 0 }),
  Tally: async (payload) => {
    const run = inputs.tally.parse(payload);
    return tallyRun(run.plan, run.results, queries, {
      ...ports,
      scanBudget: Number.POSITIVE_INFINITY,
      startedAt: run.startedAt,
    });
  },
  'Marts/PublishMart': (payload) => publishMart(martInput.parse(payload), ports),
  // Keeping a database in order is its own test's business, too.
  Postgres: async () => ({ columnsAdded: [], hoursCompared: script.partitions.length, rowsRepaired: 0 }),
  Sweep: async () => {
    const now = ports.clock.now();
    const crawl = await ports.observedSchemas.takeCrawl(now, new Date(now.getTime() - 3_600_000));
    return { ...(await sweepReplaced({ ...ports, marts: martNames })), crawl };
  },
  Report: (payload) => reportRun(inputs.report.parse(payload), martNames, ports),
  RecordFailure: (payload) => recordFailure(failureInput.parse(payload), ports),
});

/** A function's error as Step Functions gets it: its name, and all of it as JSON. */
const asLambdaFails = (error: unknown): unknown => {
  const name =
    error instanceof HeadraceError
      ? error.name
      : error instanceof z.core.$ZodError
        ? 'InvalidInput'
        : undefined;
  if (name === undefined || !(error instanceof Error)) return error;
  return new StatesError(name, JSON.stringify({ errorType: name, errorMessage: error.message, trace: [] }));
};

const invoked = z.object({ FunctionName: z.string(), Payload: z.unknown() });

const row = (value: string) => ({ Data: [{ VarCharValue: value }] });

/** What etl calls: our steps as they are, on a lake and a ledger in memory; Athena and Glue as far as it asks them. */
export const etlDependencies =
  (changes: Partial<EtlScript> = {}) =>
  (clock: Clock): EtlDependencies => {
    const script: EtlScript = {
      partitions: ['2026-10-31T05', '2026-10-31T06'],
      pendingDays: [],
      newShapes: ['order_completed.coupon:string'],
      rowsFound: 0,
      warningRows: 0,
      warningRow: '7',
      busyFor: -1,
      takes: 45,
      ends: 'SUCCEEDED',
      ...changes,
    };
    const ports = prepare(script, clock);
    const steps = functions(script, ports);
    let queriesRun = 0;
    const runQuery = (input: Json): Json => {
      inputs.query.parse(input);
      queriesRun += 1;
      return { QueryExecution: { QueryExecutionId: `q-${queriesRun}`, Status: { State: 'SUCCEEDED' } } };
    };
    const services: Record<string, (input: Json) => Json> = {
      StartCrawler: ports.crawler.start,
      GetCrawler: ports.crawler.get,
      'Checks/RunCheck': runQuery,
      'Checks/GetCheckRows': () => ({
        // MaxResults is 11, and the first row holds the columns' names.
        ResultSet: { Rows: ['event_id', 'e-1'].slice(0, 1 + script.rowsFound).map(row) },
      }),
      'Marts/RunMart': runQuery,
      'Warnings/RunWarning': runQuery,
      'Warnings/GetWarningRows': () => ({
        ResultSet: { Rows: ['ids', ...Array(script.warningRows).fill(script.warningRow)].map(row) },
      }),
    };
    const answer = async (state: string, input: Json): Promise<Json> => {
      const service = services[state];
      if (service !== undefined) return service(input);
      const run = steps[state];
      if (run === undefined) throw new Error(`the dependencies of etl has nothing for the state ${state}`);
      try {
        const Payload = z.json().parse(await run(invoked.parse(input).Payload));
        return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload };
      } catch (error) {
        throw asLambdaFails(error);
      }
    };
    return { answer, effects: ports.effects, crawls: ports.crawler.crawls };
  };
