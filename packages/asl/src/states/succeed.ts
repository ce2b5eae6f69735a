import type { Compiler } from '../compile/compiler.ts';
import type { SucceedFields } from '../compile/schema.ts';
import type { Flow } from '../flow/flow.ts';
import type { Visit } from '../visit.ts';
import { compileFlow, State, type StateIdentity, type Step } from './state.ts';

/** Ends its branch with its input as the output. */
export class SucceedState extends State {
  readonly type = 'Succeed';
  readonly terminal = true;
  readonly #flow: Flow;

  constructor(identity: StateIdentity, fields: SucceedFields, compiler: Compiler) {
    super(identity);
    this.#flow = compileFlow(compiler, fields);
  }

  override targets(): string[] {
    return [];
  }

  override points(): string[] {
    return [this.path];
  }

  protected override async work(visit: Visit): Promise<Step> {
    const input = this.#flow.input(visit.scope());
    const finished = await this.#flow.finish(visit.scope(input), visit.raw.value, undefined);
    return { ...finished, next: undefined, point: this.path };
  }
}
