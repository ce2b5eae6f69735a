import type { Compiler } from '../compile/compiler.ts';
import type { PassFields } from '../compile/schema.ts';
import type { Flow } from '../flow/flow.ts';
import type { Json } from '../values.ts';
import type { Visit } from '../visit.ts';
import { compileFlow, compileTransition, State, type StateIdentity, type Step } from './state.ts';

/** Hands its input on, or Result, or what Parameters or Output make of it. */
export class PassState extends State {
  readonly type = 'Pass';
  readonly #flow: Flow;
  readonly #next: string | undefined;
  readonly #result: Json | undefined;

  constructor(identity: StateIdentity, fields: PassFields, compiler: Compiler) {
    super(identity);
    this.#flow = compileFlow(compiler, fields);
    this.#next = compileTransition(compiler, fields);
    this.#result = fields.Result;
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

  protected override async work(visit: Visit): Promise<Step> {
    const input = this.#flow.input(visit.scope());
    const scope = visit.scope(input);
    // null, false, 0 and "" are results like any other.
    const made = this.#result === undefined ? await this.#flow.argument(scope) : this.#result;
    const finished = await this.#flow.finish(scope, visit.raw.value, made);
    return { ...finished, next: this.#next, point: this.wayOut(this.#next) };
  }
}
