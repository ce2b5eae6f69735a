import type { Compiler } from '../compile/compiler.ts';
import type { FlowFields, TransitionFields } from '../compile/schema.ts';
import type { Finished, Flow } from '../flow/flow.ts';
import { compileFlow, compileTransition, State, type StateIdentity, type Step } from './state.ts';

/** A state with one way on, by `Next` or `End`. */
export abstract class OnwardState extends State {
  protected readonly flow: Flow;
  readonly #next: string | undefined;

  constructor(identity: StateIdentity, fields: FlowFields & TransitionFields, compiler: Compiler) {
    super(identity);
    this.flow = compileFlow(compiler, fields);
    this.#next = compileTransition(compiler, fields);
  }

  override get terminal(): boolean {
    return this.#next === undefined;
  }

  override targets(): string[] {
    return this.#next === undefined ? [] : [this.#next];
  }

  override points(): string[] {
    return [this.path, this.wayOut(this.#next)];
  }

  protected onward(finished: Finished): Step {
    return { ...finished, next: this.#next, point: this.wayOut(this.#next) };
  }
}
