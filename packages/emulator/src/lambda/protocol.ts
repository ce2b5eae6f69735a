/** What the runtime and an execution environment say to each other over the IPC channel. */

export interface InvokeMessage {
  requestId: string;
  /** the event, as JSON text */
  payload: string;
  /** epoch milliseconds at which the runtime will kill the execution environment */
  deadlineMs: number;
}

/** As Lambda answers it with `X-Amz-Function-Error: Unhandled`. */
export interface FunctionFailure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type EnvironmentMessage =
  | { kind: 'ready' }
  | { kind: 'initFailed'; failure: FunctionFailure }
  | { kind: 'result'; requestId: string; payload: string; maxRssBytes: number; log: string }
  | { kind: 'failed'; requestId: string; failure: FunctionFailure; maxRssBytes: number; log: string };
