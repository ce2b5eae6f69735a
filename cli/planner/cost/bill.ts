import { buildSeconds, TRANSITIONS, transitionsOfRun } from '../../../src/backfill/cost.ts';
import { assumptions as assume } from './assumptions.ts';
import { DAYS, type Facts, type FunctionFacts, HOURS, type StorageStep } from './facts.ts';
import { type Month, monthOf, SECONDS } from './month.ts';
import type { Prices } from './prices.ts';
import type { Profile } from './profile.ts';
import { countsOf, type RunQueries } from './runQueries.ts';

/** One line of the bill. */
export interface Item {
  service: string;
  what: string;
  /** a month's */
  quantity: number;
  unit: string;
  usd: number;
}

const GB = 1_000_000_000;
const TB = 1024 ** 4;
const KIB = 1_024;

const item = (service: string, what: string, quantity: number, unit: string, price: number): Item => ({
  service,
  what,
  quantity,
  unit,
  usd: quantity * price,
});

type Line = [what: string, quantity: number, unit: string, price: number];

const bill = (service: string, lines: readonly Line[]): Item[] =>
  lines.map((line) => item(service, ...line)).filter(({ quantity }) => quantity > 0);

const streamBill = (month: Month, { stream }: Facts, prices: Prices): Line[] => {
  const keptHours = Math.max(0, stream.retentionHours - 24);
  if (!stream.onDemand)
    return [
      ['shards', month.shards * HOURS, 'shard hours', prices.kinesisShardHour],
      [
        'records put',
        month.requests * Math.ceil(month.recordBytes / month.requests / (25 * KIB)),
        'units of 25 KB',
        prices.kinesisPutUnit,
      ],
      [
        'kept longer than a day',
        keptHours > 0 ? month.shards * HOURS : 0,
        'shard hours',
        prices.kinesisShardHourExtended,
      ],
    ];
  const gb = month.recordBytes / GB;
  return [
    ['stream', HOURS, 'hours', prices.kinesisStreamHour],
    ['written', gb, 'GB', prices.kinesisGbIn],
    ['read by land', gb, 'GB', prices.kinesisGbOut],
    ['kept longer than a day', (gb / HOURS) * keptHours, 'GB months', prices.kinesisGbMonthExtended],
  ];
};

const lambdaBill = (month: Month, { functions, runs }: Facts, prices: Prices): Line[] => {
  const line = (key: string, calls: number, seconds: number): Line[] => {
    const { gb, arm }: FunctionFacts = functions[key] ?? { gb: 0.25, arm: true, traced: false };
    const price = arm ? prices.lambdaGbSecondArm : prices.lambdaGbSecondX86;
    return [
      [`${key}: calls`, calls, 'calls', prices.lambdaRequest],
      [`${key}: time`, calls * seconds * gb, 'GB seconds', price],
    ];
  };
  const landed = month.lineBytes / month.batches / assume.landBytesPerSecond;
  const steps = [
    'plan',
    'reconcile',
    'tally',
    'publishMart',
    'publishMart',
    'publishMart',
    'sweep',
    'report',
  ];
  return [
    ...line('collect', month.requests, assume.collectSeconds),
    ...line('land', month.batches, assume.landFixedSeconds + landed),
    ...(runs > 0
      ? [
          ...line('build', month.builds, buildSeconds(month.builtBytes / month.builds)),
          ...line('publish', month.builds, 0.5),
          ...[...new Set(steps)].flatMap((key) =>
            line(key, runs * steps.filter((each) => each === key).length, 1),
          ),
        ]
      : []),
  ];
};

const classPrices = (prices: Prices) => ({
  STANDARD: { month: prices.s3GbMonth, enter: 0 },
  STANDARD_IA: { month: prices.s3GbMonthIa, enter: prices.s3TransitionIa },
  GLACIER_IR: { month: prices.s3GbMonthGlacierIr, enter: prices.s3TransitionGlacierIr },
});

/** Bytes of raw objects that lie in each storage class in the given month after the start, with the day it begins. */
const keptIn = (steps: readonly StorageStep[], expires: number, month: number) =>
  steps.map((step, index) => {
    const until = Math.min(steps[index + 1]?.fromDay ?? Number.POSITIVE_INFINITY, expires, month * DAYS);
    return { ...step, months: Math.max(0, until - step.fromDay) / DAYS };
  });

const storageBill = (month: Month, facts: Facts, profile: Profile, prices: Prices): Line[] => {
  const rawGb = (month.lineBytes * profile.gzipRatio) / GB;
  const parquetGb = (month.lineBytes * profile.parquetRatio) / GB;
  const { expiresAfterDays } = facts.raw;
  const objectBytes = (month.lineBytes * profile.gzipRatio) / month.rawObjects;
  const steps = facts.raw.steps.filter(({ fromBytes }) => objectBytes > fromBytes);
  const raw = keptIn(steps, expiresAfterDays, profile.month).flatMap(
    ({ storageClass, months, fromDay }): Line[] => {
      const { month: price, enter } = classPrices(prices)[storageClass];
      const entering = fromDay > 0 && months > 0 ? month.rawObjects : 0;
      return [
        [`raw, ${storageClass}`, rawGb * months, 'GB months', price],
        [`raw objects moved to ${storageClass}`, entering, 'objects', enter],
      ];
    },
  );
  const { builds, rawObjects } = month;
  return [
    ['raw objects written', rawObjects, 'requests', prices.s3Write],
    ['builds: listed and written', builds * 6 + facts.runs * 20, 'requests', prices.s3Write],
    ['builds: raw objects read', (builds * rawObjects) / HOURS / 2, 'requests', prices.s3Read],
    ...raw,
    ['curated Parquet', parquetGb * profile.month, 'GB months', prices.s3GbMonth],
  ];
};

const etlBill = (month: Month, facts: Facts, queries: RunQueries, prices: Prices): Line[] => {
  const inPartitions = facts.runs > 0 ? month.builds * TRANSITIONS.partition : 0;
  const transitions = facts.runs * transitionsOfRun(countsOf(queries)) + inPartitions;
  return [['etl', transitions, 'transitions', prices.stateTransition]];
};

const watchBill = (month: Month, facts: Facts, prices: Prices): Line[] => {
  const calls = month.requests + month.batches + month.builds * 2 + facts.runs * 8;
  const logGb = (calls * assume.logBytesPerCall + facts.runs * assume.logBytesPerRun) / GB;
  const { tracesPerSecond, tracedShare } = assume;
  const perSecond = month.requests / SECONDS;
  const traces =
    Math.min(perSecond, tracesPerSecond) + Math.max(0, perSecond - tracesPerSecond) * tracedShare;
  const traced = facts.functions.collect?.traced === true ? traces * SECONDS : 0;
  return [
    ['logs written', logGb, 'GB', prices.logsGb],
    ['metrics', assume.metrics, 'metrics', prices.metricMonth],
    ['alarms', facts.alarms, 'alarms', prices.alarmMonth],
    ['dashboards', facts.dashboards, 'dashboards', prices.dashboardMonth],
    ['traces', traced, 'traces', prices.xrayTrace],
  ];
};

/** The bill of a month, line by line, at list prices. */
export const costOf = (profile: Profile, facts: Facts, queries: RunQueries, prices: Prices): Item[] => {
  const month = monthOf(profile, facts, queries);
  const partitions = facts.runs > 0 ? month.builds : 0;
  return [
    ...bill('API Gateway', [['requests', month.requests, 'requests', prices.apiRequest]]),
    ...bill('Lambda', lambdaBill(month, facts, prices)),
    ...bill('Kinesis', streamBill(month, facts, prices)),
    ...bill('S3', storageBill(month, facts, profile, prices)),
    ...bill('DynamoDB', [
      // The table, and its index of what is dirty.
      ['marks of landings', month.rawObjects * 2, 'writes', prices.dynamodbWrite],
      [
        'ledger of builds: written',
        partitions * assume.ledgerWritesPerPartition,
        'writes',
        prices.dynamodbWrite,
      ],
      ['ledger of builds: read', partitions * assume.ledgerReadsPerPartition, 'reads', prices.dynamodbRead],
      ['write keys', month.requests / assume.requestsPerKeyLookup, 'reads', prices.dynamodbRead],
    ]),
    ...bill('Step Functions', etlBill(month, facts, queries, prices)),
    ...bill('EventBridge Scheduler', [
      ['starts of the etl', facts.runs, 'starts', prices.schedulerInvocation],
    ]),
    ...bill('Athena', [
      ['checks', month.scanned.checks / TB, 'TB scanned', prices.athenaTb],
      ['marts', month.scanned.marts / TB, 'TB scanned', prices.athenaTb],
      ['warnings', month.scanned.warnings / TB, 'TB scanned', prices.athenaTb],
      ["people's queries", profile.analystsTb, 'TB scanned', prices.athenaTb],
    ]),
    ...bill('Glue', [
      ['crawls', profile.crawls * assume.dpuHoursPerCrawl, 'DPU hours', prices.glueDpuHour],
      ['catalog calls', partitions * assume.glueCallsPerPartition, 'calls', prices.glueRequest],
    ]),
    ...bill('CloudWatch and X-Ray', watchBill(month, facts, prices)),
    ...bill('Keys and secrets', [
      ['secrets', facts.secrets, 'secrets', prices.secretMonth],
      ['KMS keys', facts.kmsKeys, 'keys', prices.kmsKeyMonth],
    ]),
  ];
};
