import type { JsonObject } from '../../contracts.ts';
import type { FunctionSpec } from '../functionSpec.ts';
import type { MappingStatus } from '../mappings/progress.ts';

/** A function as GetFunction and its like show it. */
export const configuration = (spec: FunctionSpec): JsonObject => ({
  FunctionName: spec.name,
  FunctionArn: spec.arn,
  Runtime: spec.runtime,
  Role: spec.role,
  Handler: spec.handler,
  MemorySize: spec.memoryMb,
  Timeout: spec.timeoutSeconds,
  Environment: { Variables: { ...spec.environment } },
  PackageType: 'Zip',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  Version: '$LATEST',
});

/** As ListEventSourceMappings shows it. */
export const mapping = (status: MappingStatus): JsonObject => ({
  UUID: status.uuid,
  EventSourceArn: status.streamArn,
  FunctionArn: status.functionName,
  State: status.enabled ? 'Enabled' : 'Disabled',
});
