import type { TaskCall } from 'headrace-asl';
import type { FunctionInvoker, Json, JsonObject, JsonService, Timer } from '../../contracts.ts';

export interface IntegrationOptions {
  functions: FunctionInvoker;
  /**
   * The emulator's services by the SDK's endpoint names (`athena`, `glue`, `states` …). Asked at every call, so
   * that Step Functions can be among them.
   */
  service(name: string): JsonService | undefined;
  timer: Timer;
  /** The access key id that tells the endpoint which role calls; the role's ARN itself by default. */
  accessKeyOf?(roleArn: string): string;
  requestId?: () => string;
  /** Throws AwsError when the role may not call the function. Default: every role may. */
  mayInvoke?: (roleArn: string, functionName: string) => void;
}

/** What an integration works with. */
export interface Surroundings extends Required<IntegrationOptions> {
  /** One call of a service in the name of the machine's role; AwsError becomes StatesError. */
  callService(call: TaskCall, service: ServiceNames, action: string, input: JsonObject): Promise<JsonObject>;
}

export interface ServiceNames {
  /** as the emulator calls it */
  name: string;
  /** as Step Functions writes it in error names: `Glue.CrawlerRunningException` */
  errors: string;
}

/** Runs tasks of one resource. */
export type Integration = (around: Surroundings, call: TaskCall) => Promise<Json>;
