import type { Template } from 'headrace-emulator/template';
import { resolveTemplate, type TemplateResource } from 'headrace-emulator/template';
import { z } from 'zod';
import { CliError } from '../../client/failure.ts';
import { ARCHIVE, EVENTS, RAW } from '../../src/lake/layout.ts';
import { MONTH_HOURS } from './time.ts';

export interface FunctionFacts {
  gb: number;
  arm: boolean;
  traced: boolean;
  /** whether Lambda logs lines of its own of every call */
  reported: boolean;
}

/** Where raw objects are kept, and from which day of their life on. */
interface StorageStep {
  fromDay: number;
  storageClass: 'STANDARD' | 'STANDARD_IA' | 'GLACIER_IR';
  /** smaller objects stay where they are */
  fromBytes: number;
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
  raw: { steps: StorageStep[]; expiresAfterDays: number };
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

/** What `--param` and `--set` give is text. */
const number = z.coerce.number();

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

const bucket = z.object({
  LifecycleConfiguration: z.object({
    Rules: z.array(
      z.object({
        Status: z.string(),
        Prefix: z.string().optional(),
        ObjectSizeGreaterThan: number.default(0),
        Transitions: z.array(z.object({ StorageClass: z.string(), TransitionInDays: number })).default([]),
        ExpirationInDays: number.optional(),
      }),
    ),
  }),
});

type Resources = readonly TemplateResource[];

/** What is read here has to be there: a template without it is not the pipeline's. */
const one = <Shape>(resources: Resources, id: string, schema: z.ZodType<Shape>): Shape => {
  const parsed = schema.safeParse(resources.find(({ logicalId }) => logicalId === id)?.properties);
  if (parsed.success) return parsed.data;
  throw new CliError(
    `The packaged template's ${id} is not what the cost is reckoned from: ${z.prettifyError(parsed.error)}`,
    'cli/planner/facts.ts reads it.',
  );
};

const ofType = (resources: Resources, wanted: string): TemplateResource[] =>
  resources.filter(({ type }) => type === wanted);

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

const storageClass = z.enum(['STANDARD_IA', 'GLACIER_IR']);

const rawOf = (resources: Resources): StageFacts['raw'] => {
  const { Rules } = one(resources, 'LakeBucket', bucket).LifecycleConfiguration;
  const rules = Rules.filter(({ Status, Prefix }) => Status === 'Enabled' && Prefix === RAW);
  const cooled = rules.flatMap(({ Transitions, ObjectSizeGreaterThan }) =>
    Transitions.map((step) => ({
      fromDay: step.TransitionInDays,
      storageClass: storageClass.parse(step.StorageClass),
      fromBytes: ObjectSizeGreaterThan,
    })),
  );
  const ends = rules.flatMap(({ ExpirationInDays }) => ExpirationInDays ?? []);
  const first = { fromDay: 0, storageClass: 'STANDARD' as const, fromBytes: 0 };
  return {
    steps: [first, ...cooled].sort((a, b) => a.fromDay - b.fromDay),
    expiresAfterDays: Math.min(Number.POSITIVE_INFINITY, ...ends),
  };
};

const tieringOf = (resources: Resources): number | undefined => {
  const { Rules } = one(resources, 'LakeBucket', bucket).LifecycleConfiguration;
  const steps = Rules.filter(({ Status, Prefix }) => Status === 'Enabled' && Prefix === EVENTS).flatMap(
    ({ Transitions }) => Transitions,
  );
  return steps.find((step) => step.StorageClass === 'INTELLIGENT_TIERING')?.TransitionInDays;
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
