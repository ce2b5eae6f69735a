/**
 * A failure as the states language knows it: a name that Retry and Catch match, and a text. Both may be missing
 * (a Fail state without Error). `StatesError` is also what a TaskRunner throws when a task fails.
 */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(error: string | undefined, reason: string | undefined) {
    super(`${error ?? '(no error name)'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
  }

  /** AWS begins the cause of its own errors with the state it happened in; a task's causes stay as they are. */
  at(_state: string, _enteredEventId: number): StatesError {
    return this;
  }
}

/** An error the interpreter itself found in a state: the cause is completed with the state's name. */
export class StateFailure extends StatesError {
  override at(state: string, enteredEventId: number): StatesError {
    const where = `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}).`;
    return new StatesError(this.error, `${where} ${this.reason ?? ''}`);
  }
}

/** A JSONata expression that failed; AWS notes it with an EvaluationFailed event of its own. */
export class EvaluationFailure extends StateFailure {
  readonly location: string;

  constructor(location: string, reason: string) {
    super('States.QueryEvaluationError', reason);
    this.location = location;
  }
}

/** No Retry and no Catch can match it: the execution fails. */
export const runtimeError = (reason: string): StateFailure => new StateFailure('States.Runtime', reason);

export const dataLimitExceeded = (what: string): StatesError =>
  new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );

/**
 * A task that let HeartbeatSeconds pass. AWS's history and its catchers call it States.Timeout (recorded); Retry and
 * Catch match it by States.HeartbeatTimeout as well.
 */
export class MissedHeartbeat extends StatesError {
  constructor() {
    super('States.Timeout', undefined);
  }
}

/** What the rest of a Map or an execution is stopped with; never seen outside the interpreter. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export type ProblemCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'INVALID_JSON_DESCRIPTION';

/** Something of a definition that is wrong or not supported, as AWS reports it. */
export interface Problem {
  code: ProblemCode;
  /** /States/Name/Field; empty when the definition as a whole cannot be read */
  location: string;
  message: string;
}
