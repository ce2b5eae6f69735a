/** Executions of the state machine `etl`. */
export interface Runs {
  /** Whether it is over, however it ended. False also for one that is not known, or not known yet. */
  hasEnded(execution: string): Promise<boolean>;
}
