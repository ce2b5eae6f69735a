import { type ErrorName, HeadraceError } from '../errors.ts';

/**
 * What AWS's errors mean to us. Closed lists of names (error shapes of the services used, and Node's network codes):
 * a name not listed is deterministic and goes on as it came. The SDK's own retries have happened before any of this.
 */
const names: Record<Extract<ErrorName, 'Throttled' | 'Transient' | 'Conflict'>, readonly string[]> = {
  Throttled: [
    'ThrottlingException',
    'ThrottledException',
    'Throttling',
    'RequestThrottled',
    'RequestLimitExceeded',
    'ProvisionedThroughputExceededException',
    'TooManyRequestsException',
    'SlowDown',
    'ServiceSlowDown',
    'BandwidthLimitExceeded',
    'LimitExceededException',
    'KMSThrottlingException',
  ],
  Transient: [
    'InternalServerError',
    'InternalServerException',
    'InternalServiceException',
    'InternalFailure',
    'InternalError',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'OperationTimeoutException',
    // Glue: two writers at the same moment. The lock says whose partition it is, so nothing has to be planned again.
    'ConcurrentModificationException',
    'RequestTimeout',
    'RequestTimeoutException',
    'TimeoutError',
    'AbortError',
    'NetworkingError',
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'ETIMEDOUT',
    'EAI_AGAIN',
  ],
  Conflict: [
    'ConditionalCheckFailedException',
    'ConditionalRequestConflict',
    'OperationAborted',
    'PreconditionFailed',
    'TransactionConflictException',
    'VersionMismatchException',
  ],
};

const kinds = new Map<string, keyof typeof names>();
for (const kind of ['Throttled', 'Transient', 'Conflict'] as const) {
  for (const name of names[kind]) kinds.set(name, kind);
}

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** An error of the SDK as one of ours when it may pass by itself, with the SDK's as its cause; else as it came. */
export const asFailure = (error: unknown, what: string): unknown => {
  if (!(error instanceof Error) || error instanceof HeadraceError) return error;
  const kind = kinds.get(error.name) ?? kinds.get(codeOf(error) ?? '');
  if (kind === undefined) return error;
  return new HeadraceError(kind, `${what}: ${error.name}: ${error.message}`, { cause: error });
};

/** Runs SDK calls; `what` says what was being done, for the person who reads the error. */
export const calling = async <Result>(what: string, call: () => Promise<Result>): Promise<Result> => {
  try {
    return await call();
  } catch (error) {
    throw asFailure(error, what);
  }
};

export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;
