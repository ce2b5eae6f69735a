import type { Link } from '../branches.ts';
import { brokenFlow, type Compiler } from '../compile/compiler.ts';
import type { FlowFields, TransitionFields } from '../compile/schema.ts';
import { dataLimitExceeded, StatesError, Stopped } from '../errors.ts';
import type { Branch, Execution } from '../execution.ts';
import type { Finished, Flow } from '../flow/flow.ts';
import { jsonataFlow } from '../flow/jsonata.ts';
import { jsonPathFlow } from '../flow/jsonPath.ts';
import { assignedDetails, inputDetails, outputDetails } from '../history.ts';
import type { Standing } from '../standing.ts';
import { type Payload, payload, tooLarge } from '../values.ts';
import { Visit } from '../visit.ts';

/** How a state ended: where to go (undefined: the branch ends), and which coverage point that was. */
export interface Step extends Finished {
  next: string | undefined;
  point: string;
}

const abortable = ['Task', 'Wait', 'Parallel', 'Map'];

/** Names of a state: its own, and its path through Maps and Parallels for coverage. */
export interface StateIdentity {
  name: string;
  path: string;
}

/** A compiled state. Subclasses say what happens between being entered and being left. */
export abstract class State implements Link {
  abstract readonly type: string;
  readonly name: string;
  readonly path: string;

  constructor(identity: StateIdentity) {
    this.name = identity.name;
    this.path = identity.path;
  }

  protected abstract work(visit: Visit): Promise<Step>;

  /** Names of the states it may lead to. */
  abstract targets(): string[];

  /** Whether the machine can end here. */
  abstract readonly terminal: boolean;

  abstract points(): string[];

  async run(
    execution: Execution,
    branch: Branch,
    raw: Payload,
    past?: Standing,
  ): Promise<{ output: Payload; next: string | undefined }> {
    const visit = this.#visit(execution, branch, raw, past);
    branch.cursor = visit.enteredId;
    // A Fail state has nothing to go on with: it is entered again.
    if (branch.place !== undefined && this.type !== 'Fail') branch.place.visit = visit;
    execution.coverage?.reach(this.path);
    try {
      const step = await this.work(visit);
      return { output: this.#leave(visit, step), next: step.next };
    } catch (error) {
      if (error instanceof Stopped) this.#stopped(visit);
      throw error instanceof StatesError ? visit.note(error) : error;
    }
  }

  #visit(execution: Execution, branch: Branch, raw: Payload, past: Standing | undefined): Visit {
    if (past?.enteredAt !== undefined) {
      const entered = { id: past.after, at: past.enteredAt, resumed: past.parts };
      return new Visit(execution, branch, this.name, raw, entered);
    }
    const id = execution.history.add(`${this.type}StateEntered`, branch.cursor, {
      stateEnteredEventDetails: { name: this.name, ...inputDetails(raw) },
    });
    const entered = { id, at: execution.timer.now(), resumed: undefined };
    return new Visit(execution, branch, this.name, raw, entered);
  }

  /** States that take time have an event for being stopped half-way. */
  #stopped(visit: Visit): void {
    if (abortable.includes(this.type)) visit.event(`${this.type}StateAborted`);
  }

  protected wayOut(next: string | undefined): string {
    return `${this.path} -> ${next ?? 'End'}`;
  }

  #leave(visit: Visit, step: Step): Payload {
    // A state that changes nothing hands its input on as it came: the text is at hand already.
    const output = step.output === visit.raw.value ? visit.raw : payload(step.output);
    if (tooLarge(output.text)) throw tooMuch(visit);
    for (const [name, value] of step.assigned) visit.branch.variables.set(name, value);
    visit.execution.coverage?.reach(step.point);
    visit.event(`${this.type}StateExited`, {
      stateExitedEventDetails: {
        name: this.name,
        ...outputDetails(output),
        ...assignedDetails(step.assigned),
      },
    });
    return output;
  }
}

/** A Parallel or a Map whose output is too large is run again as a whole, should the execution go on. */
export const tooMuch = (visit: Visit): StatesError => {
  visit.forget();
  return dataLimitExceeded(visit.state);
};

/** Next or End: exactly one of them. */
export const compileTransition = (compiler: Compiler, fields: TransitionFields): string | undefined => {
  const ends = fields.End === true;
  if (ends === (fields.Next !== undefined)) compiler.problem('A state needs either Next or "End": true');
  return ends ? undefined : fields.Next;
};

export const compileFlow = (compiler: Compiler, fields: FlowFields): Flow => {
  const before = compiler.problems.length;
  const flow =
    compiler.language === 'JSONPath' ? jsonPathFlow(compiler, fields) : jsonataFlow(compiler, fields);
  return compiler.problems.length === before ? flow : brokenFlow;
};
