/**
 * `headrace-emulator/services`: single services and their parts, for tests and benchmarks that need one of them and no
 * whole template.
 */

/** The HTTP API. */
export { httpApis } from './apigateway/api.ts';
export { createFront } from './apigateway/front.ts';
/** Services with state. */
export { alarmSpec } from './cloudwatch/alarmSpec.ts';
export { openCloudWatch } from './cloudwatch/service.ts';
/** Where services keep their state, and the port they answer on. */
export { IN_MEMORY, openStore } from './database.ts';
export { sendS3Error } from './endpoint/answers.ts';
export { startEndpoint } from './endpoint/endpoint.ts';
export type { ApiCall, Interference } from './endpoint/types.ts';
export { openMessaging } from './fauxqs/host.ts';
export { openKinesis } from './kinesis/service.ts';
export type { Kinesis } from './kinesis/types.ts';
/** Functions, and what feeds them. */
export { type FunctionSpec, functionSpec } from './lambda/functionSpec.ts';
export { eventPayload, eventRecord } from './lambda/mappings/event.ts';
export { failureKey, failureRecord } from './lambda/mappings/failureRecord.ts';
export { type MappingSpec, mappingSpec } from './lambda/mappings/mappingSpec.ts';
export { type Mappings, startMappings } from './lambda/mappings/mappings.ts';
export { meteredRuntime } from './lambda/meteredRuntime.ts';
export type { LambdaRuntime } from './lambda/runtime.ts';
export { unpack } from './lambda/unpack.ts';
export { environmentVariables } from './lambda/variables.ts';
export { openObjects } from './s3/service.ts';

/** State machines, and what their tasks call. */
export { createIntegrations } from './stepfunctions/integrations.ts';
export { createStepFunctions } from './stepfunctions/service.ts';
export type { StepFunctions } from './stepfunctions/types.ts';
