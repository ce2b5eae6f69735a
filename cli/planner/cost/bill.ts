import { buildSeconds, TRANSITIONS, transitionsOfRun } from '../../../src/backfill/cost.ts';
import { assumptions } from '../assumptions.ts';
import type { FunctionFacts, StageFacts } from '../facts.ts';
import type { Prices } from '../prices.ts';
import type { Profile } from '../profile.ts';
import { countsOf, type RunQueries } from '../runQueries.ts';
import { MONTH_DAYS, MONTH_HOURS, MONTH_SECONDS } from '../time.ts';
import { bytesRead } from './columnBytes.ts';
import { GB, type Line } from './line.ts';
import { type Month, monthOf, windowCallsOf } from './month.ts';
import { postgresBill, postgresCalls } from './postgresBill.ts';
import { storageBill } from './storageBill.ts';
import { streamBill } from './streamBill.ts';
import { watchBill } from './watchBill.ts';

/** One line of the bill. */
export interface BillItem {
  service: string;
  what: string;
  /** a month's */
  quantity: number;
  unit: string;
  usd: number;
}

const TB = 1024 ** 4;
const KIB = 1_024;

const item = (service: string, what: string, quantity: number, unit: string, price: number): BillItem => ({
  service,
  what,
  quantity,
  unit,
  usd: quantity * price,
});

const bill = (service: string, lines: readonly Line[]): BillItem[] =>
  lines.map((line) => item(service, ...line)).filter(({ quantity }) => quantity > 0);

/** Of one call: it reads its lines about as fast as land. */
const windowsSeconds = (month: Month, calls: number): number =>
  assumptions.windowsFixedSeconds.value + month.lineBytes / calls / assumptions.landBytesPerSecond.value;

const lambdaBill = (month: Month, facts: StageFacts, prices: Prices): Line[] => {
  const { functions, runs } = facts;
  const { calls } = windowCallsOf(month, facts);
  const postgres = facts.postgres && postgresCalls(month, facts.postgres);
  const line = (key: string, calls: number, seconds: number): Line[] => {
    const { gb, arm }: FunctionFacts = functions[key] ?? {
      gb: assumptions.unnamedFunctionGb.value,
      arm: true,
      traced: false,
      reported: true,
    };
    const price = arm ? prices.lambdaGbSecondArm : prices.lambdaGbSecondX86;
    return [
      [`${key}: calls`, calls, 'calls', prices.lambdaRequest],
      [`${key}: time`, calls * seconds * gb, 'GB seconds', price],
    ];
  };
  const landed = month.lineBytes / month.batches / assumptions.landBytesPerSecond.value;
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
    ...line('collect', month.requests, assumptions.collectSeconds.value),
    ...line('land', month.batches, assumptions.landFixedSeconds.value + landed),
    ...(calls > 0 ? line('windows', calls, windowsSeconds(month, calls)) : []),
    ...(postgres === undefined ? [] : line('postgres', postgres.calls, postgres.seconds)),
    ...(postgres === undefined ? [] : line('postgresUpkeep', runs, assumptions.postgresUpkeepSeconds.value)),
    ...(runs > 0
      ? [
          ...line('build', month.builds, buildSeconds(month.builtBytes / month.builds)),
          ...line('publish', month.builds, assumptions.publishSeconds.value),
          ...[...new Set(steps)].flatMap((key) =>
            line(key, runs * steps.filter((each) => each === key).length, assumptions.stepSeconds.value),
          ),
        ]
      : []),
  ];
};

const etlBill = (month: Month, facts: StageFacts, queries: RunQueries, prices: Prices): Line[] => {
  const inPartitions = facts.runs > 0 ? month.builds * TRANSITIONS.partition : 0;
  const transitions = facts.runs * transitionsOfRun(countsOf(queries)) + inPartitions;
  return [['etl', transitions, 'transitions', prices.stateTransition]];
};

/**
 * Firehose bills records in steps of 5 KB, small ones as if they had as much; an on-demand stream bills what it reads.
 */
const archiveBill = (month: Month, { archive }: StageFacts, profile: Profile, prices: Prices): Line[] => {
  if (archive === undefined) return [];
  const { bufferSeconds, bufferBytes, expiresAfterDays } = archive;
  const records =
    month.requests * Math.ceil(month.lineBytes / month.requests / assumptions.recordBytes.value);
  const perRecord = month.lineBytes / records;
  const billed = (records * Math.ceil(perRecord / (5 * KIB)) * 5 * KIB) / GB;
  const objects = Math.max(MONTH_SECONDS / Math.max(1, bufferSeconds), month.lineBytes / bufferBytes);
  const months = Math.min(profile.month, expiresAfterDays / MONTH_DAYS);
  return [
    ['archived', billed, 'GB in steps of 5 KB', prices.firehoseGb],
    ['objects of the archive written', Math.min(objects, records), 'requests', prices.s3Write],
    ['archive', ((month.lineBytes * profile.gzipRatio) / GB) * months, 'GB months', prices.s3GbMonth],
  ];
};

/**
 * What the check of the archive reads. Its statement names the archive three times and raw twice, and Athena reads each
 * anew: the hour that is asked about, the one before it, and what there is of the one after.
 */
const archiveScanned = (month: Month, { archive, runs }: StageFacts, { gzipRatio }: Profile): number =>
  archive === undefined || runs === 0
    ? 0
    : month.lineBytes * gzipRatio * assumptions.archiveCheckReadings.value;

/**
 * What is read to compare speed and batch, once an hour: a column of the hour, and what its day has of parts so far,
 * half a day on average.
 */
const speedScanned = (month: Month, facts: StageFacts, { eventBytes, parquetRatio }: Profile): number => {
  if (facts.windows === undefined || facts.runs === 0) return 0;
  const partsOfDay = windowCallsOf(month, facts).parts / MONTH_DAYS;
  const received = bytesRead(['received_at'], eventBytes * parquetRatio) * (month.events / MONTH_HOURS);
  const bytes = received + (partsOfDay / 2) * assumptions.windowPartBytes.value;
  return Math.min(MONTH_HOURS, facts.runs) * Math.max(assumptions.leastScanBytes.value, bytes);
};

/** The bill of a month, line by line, at list prices. */
export const costOf = (
  profile: Profile,
  facts: StageFacts,
  queries: RunQueries,
  prices: Prices,
): BillItem[] => {
  const month = monthOf(profile, facts, queries);
  const partitions = facts.runs > 0 ? month.builds : 0;
  return [
    ...bill('API Gateway', [['requests', month.requests, 'requests', prices.apiRequest]]),
    ...bill('Lambda', lambdaBill(month, facts, prices)),
    ...bill('Kinesis', streamBill(month, facts, prices)),
    ...bill('Firehose', archiveBill(month, facts, profile, prices)),
    ...bill('PostgreSQL', postgresBill(month, facts, profile, prices)),
    ...bill('S3', storageBill(month, facts, profile, prices)),
    ...bill('DynamoDB', [
      // The table, and its index of stale partitions.
      ['marks of landings', month.rawObjects * 2, 'writes', prices.dynamodbWrite],
      [
        'ledger of builds: written',
        partitions * assumptions.ledgerWritesPerPartition.value,
        'writes',
        prices.dynamodbWrite,
      ],
      [
        'ledger of builds: read',
        partitions * assumptions.ledgerReadsPerPartition.value,
        'reads',
        prices.dynamodbRead,
      ],
      ['write keys', month.requests / assumptions.requestsPerKeyLookup.value, 'reads', prices.dynamodbRead],
    ]),
    ...bill('Step Functions', etlBill(month, facts, queries, prices)),
    ...bill('EventBridge Scheduler', [
      ['starts of the etl', facts.runs, 'starts', prices.schedulerInvocation],
    ]),
    ...bill('Athena', [
      ['checks', month.scanned.checks / TB, 'TB scanned', prices.athenaTb],
      ['marts', month.scanned.marts / TB, 'TB scanned', prices.athenaTb],
      ['warnings', month.scanned.warnings / TB, 'TB scanned', prices.athenaTb],
      ['check of the archive', archiveScanned(month, facts, profile) / TB, 'TB scanned', prices.athenaTb],
      ['speed beside batch', speedScanned(month, facts, profile) / TB, 'TB scanned', prices.athenaTb],
      ["people's queries", profile.analystsTb, 'TB scanned', prices.athenaTb],
    ]),
    ...bill('Glue', [
      ['crawls', profile.crawls * assumptions.dpuHoursPerCrawl.value, 'DPU hours', prices.glueDpuHour],
      ['catalog calls', partitions * assumptions.glueCallsPerPartition.value, 'calls', prices.glueRequest],
    ]),
    ...bill('CloudWatch and X-Ray', watchBill(month, facts, profile, prices)),
    ...bill('Keys and secrets', [
      ['secrets', facts.secrets, 'secrets', prices.secretMonth],
      ['KMS keys', facts.kmsKeys, 'keys', prices.kmsKeyMonth],
    ]),
  ];
};
