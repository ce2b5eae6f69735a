/** The clock of an execution. Everything that waits asks it, so that a test may give it a virtual one. */
export interface Timer {
  now(): number;
  /** Resolves after `ms`, rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
