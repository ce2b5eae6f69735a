import { tableOf } from '../../cli/markdownTable.ts';
import { assumptions } from '../../cli/planner/assumptions.ts';
import type { StageLimits } from '../../cli/planner/capacity/limits.ts';
import { readingsOfRun } from '../../cli/planner/runQueries.ts';
import { bytes, count } from '../../client/format.ts';

/** What docs/reference/scaling.md reckons on paper: no day is simulated, so that a reader can follow each figure. */
const RATES = [100, 10_000, 1_000_000];
/** Height of the campaign over the day's mean, as `headrace simulate` has it unless it is told otherwise. */
const CAMPAIGN = 20;

const HOUR = 3_600;
const DAY = 24 * HOUR;
const BUSIEST_HOUR = 1 + assumptions.diurnalSwing.value;
const EVENT_BYTES = assumptions.eventBytes.value;

/** Two or three digits: the figures are no more exact than what they rest on. */
const rough = (n: number): string => count(Number(n.toPrecision(n >= 1_000 ? 3 : 2)));
const long = (seconds: number): string =>
  seconds > 2 * HOUR ? `${rough(seconds / HOUR)} h` : `${rough(seconds)} s`;

/** On demand there are twice as many shards as the day's peak needs, in steps of four. */
const shardsFor = (bytesPerSecond: number): number => {
  const needed = (2 * BUSIEST_HOUR * bytesPerSecond) / assumptions.bytesPerShardSecond.value;
  return Math.max(assumptions.onDemandShards.value, 4 * Math.ceil(needed / 4));
};

/** What a rate of events comes to, at each stop on the way. */
const loadOf = (rate: number, { landWindow, buildMaxBytes, buildPartBytes }: StageLimits) => {
  const requests = rate / assumptions.eventsPerRequest.value;
  const stream = rate * EVENT_BYTES;
  const shards = shardsFor(stream);
  const batches = Math.max(shards / landWindow, stream / assumptions.batchBytes.value);
  const objects = batches * HOUR * assumptions.hoursPerBatch.value;
  const zipped = stream * HOUR * assumptions.gzipRatio.value;
  const parts = Math.ceil(zipped / buildPartBytes);
  const pace = assumptions.buildBytesPerSecond.value * (parts > 1 ? assumptions.buildInPartsShare.value : 1);
  return {
    requests,
    stream,
    shards,
    batches,
    objects,
    zipped,
    parts,
    landing: batches * assumptions.landFixedSeconds.value + stream / assumptions.landBytesPerSecond.value,
    build: assumptions.buildFixedSeconds.value + zipped / pace,
    tooLarge: stream * HOUR > buildMaxBytes,
    parquet: stream * DAY * assumptions.parquetRatio.value,
  };
};

type Load = ReturnType<typeof loadOf>;

const rowsOf = (limits: StageLimits): [what: string, figure: (load: Load) => string, limit: string][] => [
  [
    'requests a second',
    ({ requests }) => rough(requests),
    `${count(limits.doorRate)} (\`doorRate\`), ${count(limits.accountRate)} an account`,
  ],
  [`… in a campaign of ${CAMPAIGN}×`, ({ requests }) => rough(CAMPAIGN * requests), 'the same'],
  [
    '`collect` at once, by its time',
    ({ requests }) => rough(requests * assumptions.collectSeconds.value),
    `${count(limits.concurrency)}; 10 in a new account`,
  ],
  [
    '… as Lambda counts, by requests',
    ({ requests }) => rough(requests / assumptions.requestsPerEnvironmentSecond.value),
    'the same quota',
  ],
  [
    'bytes a second into the stream',
    ({ stream }) => bytes(stream),
    `${bytes(limits.stream.ceilingBytes)} on demand by default`,
  ],
  [
    'shards on demand',
    ({ shards }) => count(shards),
    `${count(limits.stream.ceilingBytes / assumptions.bytesPerShardSecond.value)} by default`,
  ],
  ['batches a second', ({ batches }) => rough(batches), '–'],
  ['`land` at once', ({ landing }) => rough(landing), "shares `collect`'s quota"],
  ['raw objects an hour', ({ objects }) => rough(objects), '–'],
  ['… their size, zipped', ({ zipped, objects }) => bytes(zipped / objects), '–'],
  [
    "PUTs a second into an hour's prefix",
    ({ objects }) => rough(objects / HOUR),
    count(assumptions.putsPerPrefixSecond.value),
  ],
  [
    "marks a second on the hour's item in the ledger, in the campaign",
    ({ objects }) => rough((CAMPAIGN * objects) / HOUR),
    `${count(assumptions.itemWritesPerSecond.value)} an item`,
  ],
  [
    'lines of an hour',
    ({ stream }) => bytes(stream * HOUR),
    `${bytes(limits.buildMaxBytes)} (\`BUILD_MAX_BYTES\`)`,
  ],
  ['parts it is built in', ({ parts }) => count(parts), '–'],
  [
    'time to build a whole hour',
    ({ build, tooLarge }) => `${long(build)}${tooLarge ? ', if it were allowed' : ''}`,
    `${count(limits.buildTimeout)} s`,
  ],
  ['Parquet of a day', ({ parquet }) => bytes(parquet), '–'],
  [
    "… that a run's queries reserve",
    ({ parquet }) => bytes(readingsOfRun(limits.timeZone) * parquet),
    `${bytes(limits.scanBudgetBytes)} (\`etlScanBudgetBytes\`)`,
  ],
];

export const paperTable = (limits: StageLimits): string => {
  const loads = RATES.map((rate) => loadOf(rate, limits));
  const rows = rowsOf(limits).map(([what, figure, limit]) => [what, ...loads.map(figure), limit]);
  return tableOf(['', ...RATES.map((rate) => `${count(rate)} events/s`), 'limit'], rows);
};

/** The rate of events, all the time and as a day's mean under a campaign, at which each limit is met by itself. */
export const metTable = (limits: StageLimits): string => {
  const { eventsPerRequest, batchBytes, hoursPerBatch, requestsPerEnvironmentSecond } = assumptions;
  const eventsPerObject = batchBytes.value / EVENT_BYTES / hoursPerBatch.value;
  const hour = limits.buildMaxBytes / HOUR / EVENT_BYTES;
  const dayBytes = DAY * EVENT_BYTES * assumptions.parquetRatio.value;
  const asking = requestsPerEnvironmentSecond.value * eventsPerRequest.value;
  const met: [limit: string, rate: number, campaign: boolean][] = [
    ['Lambda, 10 executions in a new account', 10 * asking, true],
    ['`BUILD_MAX_BYTES`, for every hour', hour, false],
    ["`BUILD_MAX_BYTES`, for the day's busiest hour", hour / BUSIEST_HOUR, false],
    ['`doorRate`', limits.doorRate * eventsPerRequest.value, true],
    ['`etlScanBudgetBytes`', limits.scanBudgetBytes / readingsOfRun(limits.timeZone) / dayBytes, false],
    ['requests of an account', limits.accountRate * eventsPerRequest.value, true],
    ['Lambda, executions of an account', limits.concurrency * asking, true],
    ['stream on demand, its ceiling', limits.stream.ceilingBytes / EVENT_BYTES, true],
    ["ledger, writes on an hour's item", assumptions.itemWritesPerSecond.value * eventsPerObject, true],
    ['S3, PUTs into an hour', assumptions.putsPerPrefixSecond.value * eventsPerObject, true],
  ];
  return tableOf(
    ['limit', 'events/s all the time', `daily mean, with a campaign of ${CAMPAIGN}×`],
    met.map(([limit, rate, campaign]) => [limit, rough(rate), campaign ? rough(rate / CAMPAIGN) : '–']),
  );
};
