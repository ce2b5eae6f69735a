import { type Chain, runChain, together } from '../branches.ts';
import { runtimeError, StatesError, Stopped } from '../errors.ts';
import { innerBranch } from '../execution.ts';
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
export const runInline = async (visit: Visit, iteration: Iteration): Promise<Json> => {
  const { tolerated, items } = iteration;
  const { branch: outer, execution } = visit;
  const results: Json[] = new Array(items.length).fill(null);
  const start = outer.cursor;
  const slots = new Slots(items.length, iteration.concurrency || inlineConcurrency);
  let lastSucceeded = start;
  await together(outer.signal, (signal) =>
    slots.run(async (index, cursor) => {
      const runner = new InlineItem(visit, iteration, signal, index);
      results[index] = await runner.run(cursor);
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
  return results;
};

/** Hands out items in order; each slot goes on from the event its last item ended with. */
class Slots {
  #next = 0;
  readonly #total: number;
  readonly #count: number;

  constructor(total: number, concurrency: number) {
    this.#total = total;
    this.#count = Math.min(concurrency, total);
  }

  run(work: (index: number, cursor: number) => Promise<number>, start: number): Promise<void>[] {
    return Array.from({ length: this.#count }, async () => {
      let cursor = start;
      while (this.#next < this.#total) {
        const index = this.#next;
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

  async run(previous: number): Promise<Json> {
    const { execution, branch: outer } = this.#visit;
    if (this.#signal.aborted) throw this.#signal.reason;
    const item = { Index: this.#index, Value: this.#iteration.items[this.#index] ?? null };
    const branch = innerBranch(outer, this.#signal, item, previous);
    branch.cursor = this.#note('Started', previous);
    try {
      const input = payload(await this.#iteration.select(item));
      const output = await runChain(execution, this.#iteration.chain, branch, input);
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
