import { runChain, together } from '../branches.ts';
import { StatesError } from '../errors.ts';
import { type Branch, type Execution, instant } from '../execution.ts';
import { History } from '../history.ts';
import { type Json, type JsonObject, payload } from '../values.ts';
import type { Visit } from '../visit.ts';
import type { Iteration } from './iterations.ts';
import { exceeded, thresholdExceeded } from './mapItems.ts';

/** AWS's own bound for a Map Run without MaxConcurrency. */
const widest = 10_000;

/**
 * A Map Run: every item is an execution of its own, outside of the history of this one. Failed items are left
 * out of the result as long as they are tolerated. Items come from the state's input; ItemReader, ItemBatcher and
 * ResultWriter are refused when the machine is created.
 */
export const runDistributed = async (visit: Visit, iteration: Iteration, label: string): Promise<Json> => {
  const run = new MapRun(visit, iteration, label);
  visit.mapRun = true;
  visit.event('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: run.id } });
  const outputs = await run.outputs();
  if (exceeded(iteration.tolerated, run.failed, iteration.items.length)) {
    const failure = thresholdExceeded();
    const details = { error: failure.error ?? '', cause: failure.reason ?? '' };
    visit.event('MapRunFailed', { mapRunFailedEventDetails: details });
    throw failure;
  }
  visit.event('MapRunSucceeded');
  visit.execution.history.add('MapStateSucceeded', visit.branch.cursor);
  return outputs;
};

class MapRun {
  readonly id: string;
  failed = 0;
  readonly #visit: Visit;
  readonly #iteration: Iteration;
  readonly #label: string;

  constructor(visit: Visit, iteration: Iteration, label: string) {
    const { about, host, random } = visit.execution;
    this.#visit = visit;
    this.#iteration = iteration;
    this.#label = label;
    this.id = host.mapRunId(about, label, random.uuid());
  }

  /** The outputs of the items that succeeded, in the items' order. */
  async outputs(): Promise<Json[]> {
    const { items, concurrency } = this.#iteration;
    const results: (Json | undefined)[] = new Array(items.length).fill(undefined);
    let next = 0;
    const width = Math.min(concurrency || widest, items.length);
    await together(this.#visit.branch.signal, (signal) =>
      Array.from({ length: width }, async () => {
        while (next < items.length && !this.#hopeless()) {
          const index = next;
          next += 1;
          results[index] = await this.#child(index, signal);
        }
      }),
    );
    return results.filter((result) => result !== undefined);
  }

  /** Items that have not begun are not begun once the threshold is passed; those that run are let finish. */
  #hopeless(): boolean {
    return exceeded(this.#iteration.tolerated, this.failed, this.#iteration.items.length);
  }

  async #child(index: number, signal: AbortSignal): Promise<Json | undefined> {
    const item: JsonObject = { Index: index, Value: this.#iteration.items[index] ?? null };
    const input = payload(await this.#iteration.select(item));
    const branch: Branch = { cursor: 0, signal, variables: new Map(), item: undefined };
    try {
      return (await runChain(this.#execution(input.value), this.#iteration.chain, branch, input)).value;
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      this.failed += 1;
      return undefined;
    }
  }

  /** A child has its own name, input and start, and a history nobody keeps. */
  #execution(input: Json): Execution {
    const parent = this.#visit.execution;
    const Name = parent.random.uuid();
    const { RoleArn } = parent.about.Execution;
    const StartTime = instant(parent.timer.now());
    return {
      ...parent,
      history: new History(parent.timer.now, () => {}),
      about: {
        ...parent.about,
        Execution: {
          Id: parent.host.childId(parent.about, this.#label, Name),
          Input: input,
          Name,
          RoleArn,
          StartTime,
          RedriveCount: 0,
        },
      },
    };
  }
}
