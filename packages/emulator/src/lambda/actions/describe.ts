import type { JsonObject } from '../../contracts.ts';
import type { FunctionSpec } from '../functionSpec.ts';

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
