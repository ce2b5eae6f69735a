import type { WindowType } from '../../events/windows/windowType.ts';
import { parseExactly } from '../../json/exactNumbers.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { livePartKey } from '../../lake/layout.ts';
import type { ObjectStore } from '../../ports/lake.ts';
import type { Consumer, Outcome } from '../consumer.ts';
import type { StreamBatch } from '../streamBatch.ts';
import type { Catalog, Counter } from './counting.ts';
import { type Ending, paddedSequence, partText } from './part.ts';
import { type Counted, countedIn, type GroupValues, type WindowState } from './state.ts';

/** What an invocation says of its window. */
export interface WindowCall {
  windowStart: Date;
  shard: string;
  state: unknown;
  isFinal: boolean;
  isTerminatedEarly: boolean;
}

interface WindowsPorts {
  counters: readonly Counter[];
  catalog: Catalog;
  store: Pick<ObjectStore, 'put'>;
}

/** What became of a call. */
export interface WindowsOutcome extends Outcome {
  /** what Lambda passes to the next call */
  state: WindowState;
  /** the part that was written, if any, and its object */
  part?: Counted;
  key?: string;
  /** events that a window could not count, and the first error: a defect of the counting, which holds nothing up */
  uncounted: number;
  error?: unknown;
}

/**
 * Lambda ends a window whose state is larger than 1 MB, and says little of how. So a part is written long before, and
 * the window goes on with a fresh state.
 */
export const FULL_BYTES = 512 * 1024;

/** Without a prototype, which has values of its own: a measure may be called `constructor`. */
const valuesLike = (values: GroupValues): GroupValues => Object.assign(Object.create(null), values);

class Tally {
  readonly #counters: readonly Counter[];
  readonly #groups = new Map<string, Map<string, GroupValues>>();
  #before: Counted | undefined;
  #first: string | undefined;
  #last: string | undefined;
  #newest = '';
  #events = 0;
  #rejected = 0;
  uncounted = 0;
  error: unknown;

  constructor(before: Counted | undefined, counters: readonly Counter[]) {
    this.#counters = counters;
    this.#before = before;
    this.#first = before?.first;
    this.#last = before?.last;
    this.#newest = before?.newest ?? '';
    this.#events = before?.events ?? 0;
    this.#rejected = before?.rejected ?? 0;
    for (const [name, groups] of Object.entries(before?.groups ?? {}))
      this.#groups.set(
        name,
        new Map(Object.entries(groups).map(([group, values]) => [group, valuesLike(values)])),
      );
  }

  /** Records that the state has already are repeats: of a shard they come in order the first time. */
  add({ records, events, rejected }: StreamBatch): void {
    const isNew = records.map(({ sequence }) => !this.#has(sequence));
    for (const event of events) {
      if (!isNew[event.record]) continue;
      this.#events += 1;
      this.#count('events', () => parseExactly(event.text())?.value);
    }
    for (const { record, row } of rejected) {
      if (!isNew[record]) continue;
      this.#rejected += 1;
      this.#count('rejected', () => ({ ...row }));
    }
    const [first] = records.filter((_, at) => isNew[at]);
    this.#first ??= first?.sequence;
    if (first !== undefined) this.#last = records.at(-1)?.sequence;
  }

  get counted(): Counted | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    return {
      ...{ first: this.#first, last: this.#last, newest: this.#newest },
      ...{ events: this.#events, rejected: this.#rejected },
      groups: Object.fromEntries(
        [...this.#groups].map(([name, groups]) => [name, Object.fromEntries(groups)]),
      ),
    };
  }

  #has(sequence: string): boolean {
    const last = this.#before?.last;
    return last !== undefined && paddedSequence(sequence) <= paddedSequence(last);
  }

  /**
   * What cannot be counted must not hold up the shard: it is told once, and the other events are counted. Nor does a
   * window that fails cost the other windows the event.
   */
  #count(input: WindowType['of'], parse: () => unknown): void {
    const errors: unknown[] = [];
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        errors.push(error);
      }
    };
    attempt(() => {
      const value = parse();
      if (!isObject(value)) throw new Error('The event is not an object.');
      if (input === 'events') this.#note(value);
      for (const counter of this.#counters)
        if (counter.window.of === input) attempt(() => this.#countIn(counter, value));
    });
    if (errors.length > 0) this.#tell(errors[0]);
  }

  #tell(error: unknown): void {
    this.uncounted += 1;
    this.error ??= error;
  }

  /** Timestamps of the envelope have one form, whose texts are in their order. */
  #note({ received_at: received }: JsonObject): void {
    if (typeof received === 'string' && received > this.#newest) this.#newest = received;
  }

  #countIn(counter: Counter, value: JsonObject): void {
    const { name } = counter.window;
    const group = counter.groupOf(value);
    if (group === undefined) return;
    const groups = this.#groups.get(name) ?? new Map<string, GroupValues>();
    const values = groups.get(group) ?? valuesLike({});
    counter.add(values, value);
    this.#groups.set(name, groups.set(group, values));
  }
}

const endingOf = ({ isFinal, isTerminatedEarly }: WindowCall, counted: Counted): Ending | undefined => {
  if (isFinal) return 'final';
  if (isTerminatedEarly) return 'early';
  return Buffer.byteLength(JSON.stringify(counted)) > FULL_BYTES ? 'full' : undefined;
};

/**
 * Counts the events of a window into the state that Lambda passes on, and writes what was counted as one object when
 * the window ends, or its state has grown too large. Its key follows from the window, the shard and the first record,
 * so that a repeat overwrites it. A put that fails is thrown: the call comes again with the state it had.
 */
export const windowsConsumer = (
  call: WindowCall,
  { counters, catalog, store }: WindowsPorts,
): Consumer<WindowsOutcome> => ({
  name: 'windows',
  async take(batch) {
    const tally = new Tally(countedIn(call.state), counters);
    tally.add(batch);
    const { counted, uncounted, error } = tally;
    const told = { uncounted, ...(uncounted === 0 ? {} : { error }) };
    const ending = counted && endingOf(call, counted);
    if (counted === undefined || ending === undefined) return { state: counted ?? {}, ...told };
    const { windowStart, shard } = call;
    const windows = counters.map(({ window }) => window);
    const key = livePartKey(windowStart, shard, paddedSequence(counted.first));
    const text = partText(counted, { windowStart, shard, ending }, windows, catalog);
    await store.put(key, Buffer.from(text), 'text/tab-separated-values');
    return { state: {}, part: counted, key, ...told };
  },
});
