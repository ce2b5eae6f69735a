import { z } from 'zod';
import { streamOf } from '../../kinesis/consumerArn.ts';
import type { TemplateResource } from '../../template/resolveTemplate.ts';

/** A mapping from a Kinesis stream to a function, with Lambda's defaults. Times in seconds, as the template says them. */
export interface MappingSpec {
  uuid: string;
  streamArn: string;
  /** with enhanced fan-out: what it reads instead. Here all read the stream alike, and none takes anything of another's. */
  consumerArn?: string;
  functionName: string;
  enabled: boolean;
  batchSize: number;
  windowSeconds: number;
  /** 0: no tumbling windows */
  tumblingSeconds: number;
  /** batches of a shard at once that the template asks for; the emulator does one */
  parallelizationFactor: number;
  startAt: 'TRIM_HORIZON' | 'LATEST';
  bisect: boolean;
  /** undefined: until the record expires */
  maxRetries: number | undefined;
  /** undefined: as long as the stream keeps it */
  maxAgeSeconds: number | undefined;
  reportsItemFailures: boolean;
  /** ARN of a bucket, queue or topic */
  onFailure: string | undefined;
  /** publishes its own metrics besides its function's */
  countsEvents?: boolean;
}

/** -1 is Lambda's word for "without end". */
const limit = z.coerce
  .number()
  .int()
  .min(-1)
  .default(-1)
  .transform((n) => (n === -1 ? undefined : n));

/** Templates say booleans as text, too. */
const flag = z.union([z.boolean(), z.stringbool()]);

const shape = z.object({
  EventSourceArn: z
    .string()
    .includes(':kinesis:', 'only Kinesis streams and SQS queues are event sources here'),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.coerce.number().min(0).max(300).default(0),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: limit,
  MaximumRecordAgeInSeconds: limit,
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
  MetricsConfig: z.object({ Metrics: z.array(z.literal('EventCount')) }).optional(),
  TumblingWindowInSeconds: z.coerce.number().int().min(0).max(900).default(0),
  ParallelizationFactor: z.coerce.number().int().min(1).max(10).default(1),
  FilterCriteria: z.undefined('filters are not emulated').optional(),
});

const properties = shape.refine(
  ({ TumblingWindowInSeconds, ParallelizationFactor }) =>
    TumblingWindowInSeconds === 0 || ParallelizationFactor === 1,
  {
    path: ['TumblingWindowInSeconds'],
    error: 'a mapping with tumbling windows must have a ParallelizationFactor of 1',
  },
);

/** Throws an Error naming the mapping and the property the emulator cannot honour. */
export const mappingSpec = (resource: TemplateResource): MappingSpec => {
  const parsed = properties.safeParse(resource.properties);
  if (!parsed.success)
    throw new Error(`${resource.logicalId} (${resource.type}): ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  return {
    uuid: resource.ref,
    ...streamOf(data.EventSourceArn),
    functionName: data.FunctionName,
    enabled: data.Enabled,
    batchSize: data.BatchSize,
    windowSeconds: data.MaximumBatchingWindowInSeconds,
    tumblingSeconds: data.TumblingWindowInSeconds,
    parallelizationFactor: data.ParallelizationFactor,
    startAt: data.StartingPosition,
    bisect: data.BisectBatchOnFunctionError,
    maxRetries: data.MaximumRetryAttempts,
    maxAgeSeconds: data.MaximumRecordAgeInSeconds,
    reportsItemFailures: data.FunctionResponseTypes.length > 0,
    onFailure: data.DestinationConfig?.OnFailure?.Destination,
    countsEvents: (data.MetricsConfig?.Metrics.length ?? 0) > 0,
  };
};
