import { type EventRecord, type EventSource, recordsText } from './event.ts';
import { itemFailures } from './itemFailures.ts';

/** What a call of a window says of it, besides its state. */
export interface WindowCall {
  isFinal: boolean;
  isTerminatedEarly: boolean;
}

export const AGGREGATE: WindowCall = { isFinal: false, isTerminatedEarly: false };
export const FINAL: WindowCall = { isFinal: true, isTerminatedEarly: false };
export const EARLY: WindowCall = { isFinal: false, isTerminatedEarly: true };

/** "Your state can be a maximum of 1 MB per shard. If it exceeds that size, Lambda terminates the window early." */
const MAX_STATE_BYTES = 1024 * 1024;

/** As the event says times: whole seconds, for a window begins and ends with one. */
const timeText = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** The state in the answer of a function; undefined where it has none, which Lambda takes for a failed call. */
const stateIn = (payload: string): string | undefined => {
  const answer: unknown = payload === '' ? null : JSON.parse(payload);
  if (typeof answer !== 'object' || answer === null || !('state' in answer)) return undefined;
  return JSON.stringify(answer.state ?? {});
};

/** A tumbling window of one shard, and the state that its function has made of it so far. */
export class TumblingWindow {
  readonly endMs: number;
  readonly #startMs: number;
  readonly #source: EventSource;
  #state = '{}';
  #taken: string | undefined;

  /** The window that a record belongs to: by its arrival, in steps from the epoch. */
  constructor(source: EventSource, seconds: number, { arrivalMs }: EventRecord) {
    this.#source = source;
    this.#startMs = arrivalMs - (arrivalMs % (seconds * 1000));
    this.endMs = this.#startMs + seconds * 1000;
  }

  holds({ arrivalMs }: EventRecord): boolean {
    return arrivalMs >= this.#startMs && arrivalMs < this.endMs;
  }

  get stateBytes(): number {
    return Buffer.byteLength(this.#state);
  }

  get isTooLarge(): boolean {
    return this.stateBytes > MAX_STATE_BYTES;
  }

  /** The last record that is in the state and in no call that ended the window; undefined where there is none. */
  get taken(): string | undefined {
    return this.#taken;
  }

  take(sequenceNumber: string): void {
    this.#taken = sequenceNumber;
  }

  event(records: readonly EventRecord[], { isFinal, isTerminatedEarly }: WindowCall): string {
    const { shardId, streamArn } = this.#source;
    const rest = JSON.stringify({
      shardId,
      eventSourceARN: streamArn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: isTerminatedEarly,
    }).slice(1);
    const window = JSON.stringify({ start: timeText(this.#startMs), end: timeText(this.endMs) });
    return `{"Records":${recordsText(records)},"window":${window},"state":${this.#state},${rest}`;
  }

  /** Takes the state out of an answer. False where it has none. */
  keep(payload: string): boolean {
    const state = stateIn(payload);
    if (state !== undefined) this.#state = state;
    return state !== undefined;
  }

  /** Whether a call that ends the window has succeeded: its state is dropped then. */
  ends(payload: string, reportsItemFailures: boolean): boolean {
    if (stateIn(payload) === undefined) return false;
    const failures = reportsItemFailures ? itemFailures(payload) : [];
    if (failures === 'all' || failures.length > 0) return false;
    this.#state = '{}';
    this.#taken = undefined;
    return true;
  }
}
