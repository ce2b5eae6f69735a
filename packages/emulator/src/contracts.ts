/**
 * What the services of the emulator see of each other. Each service is built from the store, the files of S3
 * and the other services it calls; packages/emulator/src/emulator.ts wires them. Nothing here is AWS: see docs/differences.md of the package.
 */

/** An error as AWS answers it: `code` is the shape's name in the service's model. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface CallContext {
  /** Access key id of the caller's signature: it tells which role calls. */
  accessKeyId: string;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * A service of the awsJson protocols (Kinesis, Glue, Athena, Step Functions): `X-Amz-Target: <prefix>.<Action>`.
 * Timestamps are epoch seconds, blobs base64 strings, as on the wire.
 */
export interface JsonService {
  /** Name as in Step Functions' and the SDK's endpoints: `glue`, `athena`, `kinesis`, `states`. */
  readonly name: string;
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** Throws AwsError. An action that is not emulated: `AwsError('UnknownOperationException', 'Emulator: Glue.CreateJob is not emulated …')`. */
  call(action: string, input: JsonObject, context: CallContext): Promise<JsonObject>;
}

export interface LocalObject {
  key: string;
  bytes: number;
  etag: string;
  lastModified: Date;
  /** The object's bytes on disk, readable in place; its name does not end as the key does. Never write there. */
  path: string;
}

/** S3 as its neighbours in the same process see it. Writes go through the service, so that clients see them. */
export interface LocalObjects {
  /** Sorted by key. Throws AwsError('NoSuchBucket'). */
  list(bucket: string, prefix: string): LocalObject[];
  get(bucket: string, key: string): LocalObject | undefined;
  put(bucket: string, key: string, body: Uint8Array): void;
  /** Takes a file over as the object's bytes: it is moved, not copied, and may be of any size. */
  putFile(bucket: string, key: string, path: string): Promise<void>;
  remove(bucket: string, key: string): void;
}

/** Runs a deployed function as Lambda's Invoke (RequestResponse) does. */
export interface FunctionInvoker {
  /** `name` may be a name or an ARN. Throws AwsError (ResourceNotFoundException, TooManyRequestsException …). */
  invoke(
    name: string,
    payload: string,
    options?: { signal?: AbortSignal },
  ): Promise<{
    payload: string;
    /** set when the function threw, timed out or was killed: payload is then `{errorType, errorMessage, trace?}` */
    functionError?: 'Unhandled';
    /** the end of the call's log */
    log?: string;
  }>;
}

/** Virtual time for tests: everything that waits in the emulator asks this. */
export interface Timer {
  now(): number;
  /** Resolves after `ms`, rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A measurement as AWS's services publish them to CloudWatch: units and dimensions are those of their documentation. */
export interface MetricDatum {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
  /** `Count`, `Milliseconds`, `Bytes`, … */
  unit: string;
}

/** Takes a measurement, dated with the emulator's clock. */
export type Measure = (datum: MetricDatum) => void;
