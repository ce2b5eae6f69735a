import type { Compiler } from '../compile/compiler.ts';
import type { PassFields } from '../compile/schema.ts';
import type { Json } from '../values.ts';
import type { Visit } from '../visit.ts';
import { OnwardState } from './onward.ts';
import type { StateIdentity, Step } from './state.ts';

/** Hands its input on, or Result, or what Parameters or Output make of it. */
export class PassState extends OnwardState {
  readonly type = 'Pass';
  readonly #result: Json | undefined;

  constructor(identity: StateIdentity, fields: PassFields, compiler: Compiler) {
    super(identity, fields, compiler);
    this.#result = fields.Result;
  }

  protected override async work(visit: Visit): Promise<Step> {
    const input = this.flow.input(visit.scope());
    const scope = visit.scope(input);
    // null, false, 0 and "" are results like any other.
    const made = this.#result === undefined ? await this.flow.argument(scope) : this.#result;
    return this.onward(await this.flow.finish(scope, visit.raw.value, made));
  }
}
