import { ACCOUNT_ID, REGION } from '../../account.ts';
import type { JsonObject } from '../../contracts.ts';
import type { MappingSpec } from './mappingSpec.ts';

/** What a mapping's own specification does not say of it. */
interface MappingFacts {
  functionArn: string;
  /** since when it is as it is */
  modifiedMs: number;
}

interface Described {
  uuid: string;
  enabled: boolean;
  batchSize: number;
  windowSeconds: number;
  reportsItemFailures: boolean;
}

/** The members that mappings of every kind have. Seconds where Lambda's API has seconds. */
export const describeMapping = (
  spec: Described,
  sourceArn: string,
  { functionArn, modifiedMs }: MappingFacts,
): JsonObject => ({
  UUID: spec.uuid,
  EventSourceMappingArn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:event-source-mapping:${spec.uuid}`,
  EventSourceArn: sourceArn,
  FunctionArn: functionArn,
  BatchSize: spec.batchSize,
  MaximumBatchingWindowInSeconds: spec.windowSeconds,
  FunctionResponseTypes: spec.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
  State: spec.enabled ? 'Enabled' : 'Disabled',
  StateTransitionReason: 'User action',
  LastModified: modifiedMs / 1000,
});

/** A mapping of a stream, as ListEventSourceMappings shows it: -1 stands for no limit. */
export const describeStreamMapping = (
  spec: MappingSpec,
  facts: MappingFacts,
  lastResult: string,
): JsonObject => ({
  ...describeMapping(spec, spec.consumerArn ?? spec.streamArn, facts),
  StartingPosition: spec.startAt,
  ParallelizationFactor: spec.parallelizationFactor,
  TumblingWindowInSeconds: spec.tumblingSeconds,
  BisectBatchOnFunctionError: spec.bisect,
  MaximumRetryAttempts: spec.maxRetries ?? -1,
  MaximumRecordAgeInSeconds: spec.maxAgeSeconds ?? -1,
  DestinationConfig: { OnFailure: spec.onFailure === undefined ? {} : { Destination: spec.onFailure } },
  LastProcessingResult: lastResult,
  ...(spec.countsEvents ? { MetricsConfig: { Metrics: ['EventCount'] } } : {}),
});
