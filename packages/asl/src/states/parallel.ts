import { type Chain, chainPoints, runChain, together } from '../branches.ts';
import type { Compiler } from '../compile/compiler.ts';
import type { ParallelFields } from '../compile/schema.ts';
import { innerBranch, standingIn } from '../execution.ts';
import { type Json, payload } from '../values.ts';
import type { Visit } from '../visit.ts';
import { RetriableState } from './retriable.ts';
import type { StateIdentity } from './state.ts';

/** Runs branches side by side over the same input; its result is the array of their outputs. */
export class ParallelState extends RetriableState {
  readonly type = 'Parallel';
  readonly #branches: readonly Chain[];

  constructor(identity: StateIdentity, fields: ParallelFields, compiler: Compiler) {
    super(identity, fields, compiler);
    this.#branches = fields.Branches.map((branch, index) =>
      compiler.chain(`Branches[${index}]`, branch, `${this.path}[${index}]/`),
    );
  }

  override points(): string[] {
    return [...super.points(), ...this.#branches.flatMap(chainPoints)];
  }

  protected override async attempt(visit: Visit, input: Json): Promise<Json> {
    const { execution, branch: outer } = visit;
    const shared = payload(await this.flow.argument(visit.scope(input)));
    const { startedId: start, begun } = visit.begin('ParallelStateStarted');
    // Where the branch that came to its end last stands.
    let last = start;
    const outputs = await together(outer.signal, (signal) =>
      this.#branches.map(async (chain, index) => {
        const past = begun.get(index);
        if (past !== undefined && 'output' in past) return past.output;
        const branch = innerBranch(outer, signal, outer.item, start);
        begun.set(index, { branch });
        try {
          const { value } = await runChain(execution, chain, branch, shared, standingIn(past));
          begun.set(index, { output: value });
          return value;
        } finally {
          if (!signal.aborted) last = branch.cursor;
        }
      }),
    ).catch((error: unknown) => {
      outer.cursor = last;
      throw error;
    });
    execution.history.add('ParallelStateSucceeded', last);
    outer.cursor = last;
    return outputs;
  }

  protected override gaveUp(visit: Visit): void {
    visit.event('ParallelStateFailed');
  }
}
