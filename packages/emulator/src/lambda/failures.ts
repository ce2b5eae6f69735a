import type { FunctionFailure } from './protocol.ts';

/** What Invoke answers. */
export interface Outcome {
  payload: string;
  functionError?: 'Unhandled';
  /** the end of what the invocation wrote to its log, with Lambda's own lines around it */
  log?: string;
}

export const failed = (failure: FunctionFailure): Outcome => ({
  payload: JSON.stringify(failure),
  functionError: 'Unhandled',
});

/** Lambda's limit on what a function may return to a synchronous caller. */
const MAX_RESPONSE_BYTES = 6_291_556;

export const returned = (payload: string): Outcome =>
  Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES
    ? { payload }
    : failed({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      });

export const exited = (requestId: string, how: string): FunctionFailure => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime ${how}`,
});

export const timedOut = (requestId: string, seconds: number): FunctionFailure => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});
