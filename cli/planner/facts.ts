import type { Template } from 'headrace-emulator/template';
import { resolveTemplate } from 'headrace-emulator/template';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { ARCHIVE } from '../../src/lake/layout.ts';
import { bucket, type RawLife, rawOf, tieringOf } from './storageFacts.ts';
import { number, ofType, one, type Resources } from './templateReading.ts';
import { MONTH_HOURS } from './time.ts';

export interface FunctionFacts {
  gb: number;
  arm: boolean;
  traced: boolean;
  /** whether Lambda logs lines of its own of every call */
  reported: boolean;
}

/** What a packaged template says that costs. */
export interface StageFacts {
  /** by key in serverless.yml */
  functions: Record<string, FunctionFacts>;
  stream: { onDemand: boolean; shards: number; retentionHours: number };
  /** seconds for which Lambda gathers records */
  landWindow: number;
  /**
   * The windows of the consumer that counts: their seconds, and those that its records are gathered for; absent where
   * it is off.
   */
  windows?: { seconds: number; gather: number; fanOut: boolean };
  /** runs of the etl a month; 0 when the schedule is off */
  runs: number;
  /** hours for which its runs gather late events of days that are over; 0: they do not */
  pastDaysEveryHours: number;
  raw: RawLife;
  /** day of their life on which curated files move to Intelligent-Tiering; undefined: they do not */
  curatedTieringAfterDays: number | undefined;
  /** undefined: the stage has none */
  archive: { bufferSeconds: number; bufferBytes: number; expiresAfterDays: number } | undefined;
  /** of the consumer that writes to PostgreSQL: absent where it is off */
  postgres?: {
    /** seconds for which Lambda gathers records, and how many at most */
    gather: number;
    batch: number;
    keepDays: number;
    fanOut: boolean;
    /** whether the stack has a cluster of its own */
    cluster: boolean;
    /** zones of the VPC that the functions run in; 0: in none */
    zones: number;
  };
  /** of the stream, by name: those that share what a shard gives, and those with a connection of their own */
  consumers: { shared: string[]; own: string[] };
  alarms: number;
  dashboards: number;
  /** days that the log of the collector is kept */
  logDays: number;
  /** event source mappings with metrics of their own */
  measuredMappings: number;
  /** routes of the HTTP API with metrics of their own */
  measuredRoutes: number;
  secrets: number;
  kmsKeys: number;
}

const lambda = z.object({
  FunctionName: z.string(),
  MemorySize: number.default(128),
  Architectures: z.array(z.string()).default(['x86_64']),
  TracingConfig: z.object({ Mode: z.string() }).optional(),
  LoggingConfig: z.object({ SystemLogLevel: z.string().default('INFO') }).default({ SystemLogLevel: 'INFO' }),
});

const stream = z.object({
  StreamModeDetails: z.object({ StreamMode: z.enum(['ON_DEMAND', 'PROVISIONED']) }),
  ShardCount: number.default(0),
  RetentionPeriodHours: number.default(24),
});

const mapping = z.object({
  EventSourceArn: z.string(),
  MaximumBatchingWindowInSeconds: number.default(0),
  TumblingWindowInSeconds: number.default(0),
  BatchSize: number.default(100),
});

const runInput = z.object({ pastDaysEveryHours: number.default(0) });

const schedule = z.object({
  State: z.string().default('ENABLED'),
  ScheduleExpression: z.string(),
  Target: z.object({ Input: z.string().transform((text) => runInput.parse(JSON.parse(text))) }),
});

const logGroup = z.object({ RetentionInDays: number });

const apiStage = z.object({
  DefaultRouteSettings: z
    .object({ DetailedMetricsEnabled: z.boolean().default(false) })
    .default({ DetailedMetricsEnabled: false }),
});

const deliveryStream = z.object({
  ExtendedS3DestinationConfiguration: z.object({
    BufferingHints: z.object({ IntervalInSeconds: number, SizeInMBs: number }),
  }),
});

const MiB = 1_048_576;

const archiveOf = (resources: Resources): StageFacts['archive'] => {
  const [found] = ofType(resources, 'AWS::KinesisFirehose::DeliveryStream');
  if (found === undefined) return undefined;
  const { BufferingHints: hints } = deliveryStream.parse(found.properties).ExtendedS3DestinationConfiguration;
  const { Rules } = one(resources, 'LakeBucket', bucket).LifecycleConfiguration;
  const ends = Rules.flatMap(({ Prefix, ExpirationInDays }) =>
    Prefix === ARCHIVE ? (ExpirationInDays ?? []) : [],
  );
  return {
    bufferSeconds: hints.IntervalInSeconds,
    bufferBytes: hints.SizeInMBs * MiB,
    expiresAfterDays: Math.min(Number.POSITIVE_INFINITY, ...ends),
  };
};

const writer = z.object({
  Environment: z.object({ Variables: z.object({ POSTGRES_KEEP_DAYS: number }) }),
  VpcConfig: z.object({ SubnetIds: z.array(z.unknown()) }).optional(),
});

/** Stands in the ARN of what reads with enhanced fan-out. */
const CONSUMER = '/consumer/';

const postgresOf = (resources: Resources): Pick<StageFacts, 'postgres'> => {
  if (!resources.some(({ logicalId }) => logicalId === 'PostgresLambdaFunction')) return {};
  const { Environment, VpcConfig } = one(resources, 'PostgresLambdaFunction', writer);
  const found = one(resources, 'PostgresEventSourceMappingKinesisEventStream', mapping);
  return {
    postgres: {
      gather: found.MaximumBatchingWindowInSeconds,
      batch: found.BatchSize,
      fanOut: found.EventSourceArn.includes(CONSUMER),
      keepDays: Environment.Variables.POSTGRES_KEEP_DAYS,
      cluster: ofType(resources, 'AWS::RDS::DBCluster').length > 0,
      zones: VpcConfig?.SubnetIds.length ?? 0,
    },
  };
};

/** `LandEventSourceMappingKinesisEventStream` is of the function `land`. */
const consumerName = (logicalId: string): string =>
  logicalId.replace(/EventSourceMapping.*$/, '').replace(/^./, (first) => first.toLowerCase());

/** One with enhanced fan-out reads a consumer of the stream instead of the stream. Firehose cannot. */
const consumersOf = (resources: Resources): StageFacts['consumers'] => {
  const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(({ properties }) =>
    String(properties.EventSourceArn).includes(':stream/'),
  );
  const [own = [], polling = []] = [true, false].map((wanted) =>
    mappings
      .filter(({ properties }) => String(properties.EventSourceArn).includes(CONSUMER) === wanted)
      .map(({ logicalId }) => consumerName(logicalId))
      .sort(),
  );
  const archives = ofType(resources, 'AWS::KinesisFirehose::DeliveryStream').map(() => 'archive');
  return { shared: [...polling, ...archives], own };
};

const rate = /^rate\((\d+) (minute|hour|day)s?\)$/;

/** Runs a month. Cron expressions are not read: their rate has to be told by hand. */
const runsOf = ({ State, ScheduleExpression }: z.infer<typeof schedule>): number => {
  if (State !== 'ENABLED') return 0;
  const [, n, unit] = rate.exec(ScheduleExpression) ?? [];
  if (n === undefined)
    throw new CliError(
      `The schedule ${ScheduleExpression} is not a rate, such as rate(15 minutes)`,
      'Give the runs of the ETL a month with --runs.',
    );
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit ?? ''] ?? 1;
  return (MONTH_HOURS * 60) / (Number(n) * minutes);
};

const functionsOf = (resources: Resources): StageFacts['functions'] =>
  Object.fromEntries(
    ofType(resources, 'AWS::Lambda::Function').map(({ properties }) => {
      const { FunctionName, MemorySize, Architectures, TracingConfig, LoggingConfig } =
        lambda.parse(properties);
      const facts = {
        gb: MemorySize / 1_024,
        arm: Architectures.includes('arm64'),
        traced: TracingConfig?.Mode === 'Active',
        reported: LoggingConfig.SystemLogLevel !== 'WARN',
      };
      return [FunctionName.split('-').at(-1) ?? FunctionName, facts];
    }),
  );

const WINDOWS_MAPPING = 'WindowsEventSourceMappingKinesisEventStream';

const windowsOf = (resources: Resources): Pick<StageFacts, 'windows'> => {
  if (!resources.some(({ logicalId }) => logicalId === WINDOWS_MAPPING)) return {};
  const found = one(resources, WINDOWS_MAPPING, mapping);
  const gather = Math.max(1, found.MaximumBatchingWindowInSeconds);
  const fanOut = found.EventSourceArn.includes(CONSUMER);
  return { windows: { seconds: found.TumblingWindowInSeconds, gather, fanOut } };
};

/** Throws CliError where the template is not as the pipeline's is. */
export const factsOf = (template: Template, runs?: number): StageFacts => {
  const resources = resolveTemplate(template, { stack: 'headrace-cost', endpoint: 'http://127.0.0.1' });
  const { StreamModeDetails, ShardCount, RetentionPeriodHours } = one(resources, 'EventStream', stream);
  const etl = one(resources, 'EtlSchedule', schedule);
  const land = one(resources, 'LandEventSourceMappingKinesisEventStream', mapping);
  return {
    functions: functionsOf(resources),
    stream: {
      onDemand: StreamModeDetails.StreamMode === 'ON_DEMAND',
      shards: ShardCount,
      retentionHours: RetentionPeriodHours,
    },
    landWindow: Math.max(1, land.MaximumBatchingWindowInSeconds),
    ...windowsOf(resources),
    ...postgresOf(resources),
    runs: runs ?? runsOf(etl),
    pastDaysEveryHours: etl.Target.Input.pastDaysEveryHours,
    raw: rawOf(resources),
    curatedTieringAfterDays: tieringOf(resources),
    archive: archiveOf(resources),
    consumers: consumersOf(resources),
    alarms: ofType(resources, 'AWS::CloudWatch::Alarm').length,
    dashboards: ofType(resources, 'AWS::CloudWatch::Dashboard').length,
    logDays: one(resources, 'CollectLogGroup', logGroup).RetentionInDays,
    measuredMappings: ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(
      ({ properties }) => properties.MetricsConfig !== undefined,
    ).length,
    measuredRoutes: one(resources, 'HttpApiStage', apiStage).DefaultRouteSettings.DetailedMetricsEnabled
      ? ofType(resources, 'AWS::ApiGatewayV2::Route').length
      : 0,
    secrets: ofType(resources, 'AWS::SecretsManager::Secret').length,
    kmsKeys: ofType(resources, 'AWS::KMS::Key').length,
  };
};
