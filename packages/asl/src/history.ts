import { StatesError } from './errors.ts';
import type { Json, JsonObject, Payload } from './values.ts';

/** AWS's quota of events in the history of one execution. */
export const historyLimit = 25_000;

/** An event as GetExecutionHistory gives it, but for the timestamp: milliseconds here. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  /** ms since the epoch */
  timestamp: number;
  type: string;
  /** `<type>EventDetails`, named as the API names them */
  details: JsonObject;
}

/** Numbers the events of one execution and hands each to whoever keeps them. */
export class History {
  #last: number;
  readonly #now: () => number;
  readonly #keep: (event: HistoryEvent) => void;

  /** `last`: the id of the last event there is already */
  constructor(now: () => number, keep: (event: HistoryEvent) => void, last = 0) {
    this.#last = last;
    this.#now = now;
    this.#keep = keep;
  }

  get length(): number {
    return this.#last;
  }

  /** The new event's id. Throws States.Runtime at the quota; the last event is the execution's own. */
  add(type: string, previousEventId: number, details: JsonObject = {}): number {
    if (this.#last >= historyLimit - 1) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${historyLimit}).`,
      );
    }
    return this.close(type, previousEventId, details);
  }

  /** An event that ends the execution: it is written even when the history is full. */
  close(type: string, previousEventId: number, details: JsonObject): number {
    this.#last += 1;
    this.#keep({ id: this.#last, previousEventId, timestamp: this.#now(), type, details });
    return this.#last;
  }
}

const whole: JsonObject = { truncated: false };

export const inputDetails = (input: Payload): JsonObject => ({ input: input.text, inputDetails: whole });

export const outputDetails = (output: Payload): JsonObject => ({ output: output.text, outputDetails: whole });

export const assignedDetails = (assigned: ReadonlyMap<string, Json>): JsonObject => {
  if (assigned.size === 0) return {};
  const variables = [...assigned].map(([name, value]) => [name, JSON.stringify(value)]);
  return { assignedVariables: Object.fromEntries(variables), assignedVariablesDetails: whole };
};

/** Error and cause as events carry them: a field that is not known is left out. */
export const failureDetails = (failure: {
  error: string | undefined;
  reason: string | undefined;
}): JsonObject => ({
  ...(failure.error === undefined ? {} : { error: failure.error }),
  ...(failure.reason === undefined ? {} : { cause: failure.reason }),
});
