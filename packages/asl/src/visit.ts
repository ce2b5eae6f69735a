import { EvaluationFailure, type StatesError } from './errors.ts';
import { type Branch, type Execution, instant, type Part, type Parts } from './execution.ts';
import { failureDetails } from './history.ts';
import type { Scope } from './scope.ts';
import type { StandingParts } from './standing.ts';
import type { Json, JsonObject, Payload } from './values.ts';

interface Entered {
  /** of the event that says so */
  id: number;
  /** ms since the epoch */
  at: number;
  resumed: StandingParts | undefined;
}

/** A state being in progress: entered once, attempted once or more. */
export class Visit {
  readonly execution: Execution;
  readonly branch: Branch;
  readonly state: string;
  readonly raw: Payload;
  readonly enteredId: number;
  readonly enteredAt: number;
  /** the branches or items of an attempt that this visit goes on with */
  resumed: StandingParts | undefined;
  /** those of the attempt that runs, or ran last */
  parts: Parts | undefined;
  /** whether the run of a distributed Map has begun */
  mapRun = false;
  /** `$$.State.RetryCount`; only states that can be retried have one */
  retryCount: number | undefined;
  /** `$$.Task.Token`; only tasks that wait for somebody to hand it back have one, a new one each attempt */
  taskToken: string | undefined;
  readonly #previousId: number;

  constructor(execution: Execution, branch: Branch, state: string, raw: Payload, entered: Entered) {
    this.execution = execution;
    this.branch = branch;
    this.state = state;
    this.raw = raw;
    this.enteredId = entered.id;
    this.enteredAt = entered.at;
    this.resumed = entered.resumed;
    this.#previousId = branch.cursor;
  }

  scope(input: Json = this.raw.value, item: JsonObject | undefined = this.branch.item): Scope {
    const context = () => this.#context(item);
    return { input, context, variables: this.branch.variables, random: this.execution.random };
  }

  /** Adds an event that follows the branch's last one. */
  event(type: string, details: JsonObject = {}): void {
    this.branch.cursor = this.execution.history.add(type, this.branch.cursor, details);
  }

  /** Begins an attempt of branches or items, with an event that says so; or goes on with those of the attempt before. */
  begin(type: string, details: JsonObject = {}): Parts {
    const { resumed } = this;
    this.resumed = undefined;
    if (resumed === undefined) this.event(type, details);
    const begun = (resumed?.begun ?? []).flatMap(({ index, output, at }): [number, Part][] => {
      if (output !== undefined) return [[index, { output }]];
      return at === undefined ? [] : [[index, { at }]];
    });
    this.parts = { startedId: resumed?.startedId ?? this.branch.cursor, begun: new Map(begun) };
    return this.parts;
  }

  /** Nothing of the attempt is kept: should the execution go on, the state makes a new one. */
  forget(): void {
    this.parts = undefined;
  }

  /** Completes an error with where it happened; a failed JSONata expression gets its event. */
  note(error: StatesError): StatesError {
    const located = error.at(this.state, this.enteredId);
    if (!(error instanceof EvaluationFailure)) return located;
    const details = { ...failureDetails(located), location: error.location, state: this.state };
    const { history } = this.execution;
    // AWS hangs this event on the one before the state was entered.
    this.branch.cursor = history.add('EvaluationFailed', this.#previousId, {
      evaluationFailedEventDetails: details,
    });
    return located;
  }

  #context(item: JsonObject | undefined): JsonObject {
    const State: JsonObject = { Name: this.state, EnteredTime: instant(this.enteredAt) };
    if (this.retryCount !== undefined) State.RetryCount = this.retryCount;
    const { Execution, StateMachine } = this.execution.about;
    return {
      ...{ Execution, StateMachine, State },
      ...(item === undefined ? {} : { Map: { Item: item } }),
      ...(this.taskToken === undefined ? {} : { Task: { Token: this.taskToken } }),
    };
  }
}
