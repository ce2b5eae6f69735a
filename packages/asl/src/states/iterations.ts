import { type Chain, runChain, together } from '../branches.ts';
import { runtimeError, StatesError, Stopped } from '../errors.ts';
import { innerBranch, type Part, type Parts, standingIn } from '../execution.ts';
import { type Json, type JsonObject, payload } from '../values.ts';
import type { Visit } from '../visit.ts';
import { isFatal } from './handlers.ts';
import type { Tolerance } from './mapItems.ts';

/** An inline Map runs at most this many iterations at a time, on AWS too. */
const inlineConcurrency = 40;

/** What a Map is about to do, in either mode. */
export interface Iteration {
  chain: Chain;
  items: readonly Json[];
  /** 0: as many as there may be */
  concurrency: number;
  /** the input of an item's iteration, from `$$.Map.Item` */
  select: (item: JsonObject) => Json | Promise<Json>;
  tolerated: Tolerance;
}

/** Iterations in the execution's own history; the first that fails ends the Map. */
export const runInline = async (
  visit: Visit,
  iteration: Iteration,
  { startedId: start, begun }: Parts,
): Promise<Json> => {
  const { tolerated, items } = iteration;
  const { branch: outer, execution } = visit;
  const results = items.map((_, index) => outputOf(begun.get(index)));
  const left = [...items.keys()].filter((index) => results[index] === undefined);
  const slots = new Slots(left, iteration.concurrency || inlineConcurrency);
  let lastSucceeded = start;
  await together(outer.signal, (signal) =>
    slots.run(async (index, cursor) => {
      const runner = new InlineItem(visit, iteration, signal, index);
      const output = await runner.run(cursor, begun);
      results[index] = output;
      begun.set(index, { output });
      lastSucceeded = runner.succeededId;
      return runner.cursor;
    }, start),
  ).catch((error: unknown) => {
    if (error instanceof StatesError && ((tolerated.count ?? 0) > 0 || (tolerated.percentage ?? 0) > 0)) {
      throw runtimeError(
        'An iteration of an inline Map failed, and tolerated failures are supported for distributed Maps only.',
      );
    }
    throw error;
  });
  execution.history.add('MapStateSucceeded', lastSucceeded);
  outer.cursor = lastSucceeded;
  return results.map((result) => result ?? null);
};

const outputOf = (part: Part | undefined): Json | undefined =>
  part !== undefined && 'output' in part ? part.output : undefined;

/** Hands out items in order; each slot goes on from the event its last item ended with. */
class Slots {
  #next = 0;
  readonly #indexes: readonly number[];
  readonly #count: number;

  constructor(indexes: readonly number[], concurrency: number) {
    this.#indexes = indexes;
    this.#count = Math.min(concurrency, indexes.length);
  }

  run(work: (index: number, cursor: number) => Promise<number>, start: number): Promise<void>[] {
    return Array.from({ length: this.#count }, async () => {
      let cursor = start;
      for (;;) {
        const index = this.#indexes[this.#next];
        if (index === undefined) return;
        this.#next += 1;
        cursor = await work(index, cursor);
      }
    });
  }
}

class InlineItem {
  /** the last event of the item's own states: what the slot's next item follows */
  cursor = 0;
  succeededId = 0;
  readonly #visit: Visit;
  readonly #iteration: Iteration;
  readonly #signal: AbortSignal;
  readonly #index: number;

  constructor(visit: Visit, iteration: Iteration, signal: AbortSignal, index: number) {
    this.#visit = visit;
    this.#iteration = iteration;
    this.#signal = signal;
    this.#index = index;
  }

  async run(previous: number, begun: Parts['begun']): Promise<Json> {
    const { execution, branch: outer } = this.#visit;
    if (this.#signal.aborted) throw this.#signal.reason;
    const item = { Index: this.#index, Value: this.#iteration.items[this.#index] ?? null };
    const branch = innerBranch(outer, this.#signal, item, previous);
    const past = standingIn(begun.get(this.#index));
    if (past === undefined) branch.cursor = this.#note('Started', previous);
    try {
      const input = past === undefined ? payload(await this.#iteration.select(item)) : payload(past.input);
      begun.set(this.#index, { branch });
      const output = await runChain(execution, this.#iteration.chain, branch, input, past);
      this.succeededId = this.#note('Succeeded', branch.cursor);
      this.cursor = branch.cursor;
      return output.value;
    } catch (error) {
      this.#failed(error, branch.cursor);
      throw error;
    }
  }

  #failed(error: unknown, cursor: number): void {
    if (error instanceof Stopped) this.#note('Aborted', cursor);
    if (!(error instanceof StatesError) || isFatal(error) || this.#signal.aborted) return;
    this.#note('Failed', cursor);
    this.#visit.branch.cursor = cursor;
  }

  #note(what: 'Started' | 'Succeeded' | 'Failed' | 'Aborted', previous: number): number {
    const details = { index: this.#index, name: this.#visit.state };
    const { history } = this.#visit.execution;
    return history.add(`MapIteration${what}`, previous, { [`mapIteration${what}EventDetails`]: details });
  }
}
