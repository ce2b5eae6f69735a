import type { Chance } from '../../../client/traffic/random.ts';
import { assumptions } from '../assumptions.ts';
import { Histogram } from './histogram.ts';

export type Cause = 'route' | 'account' | 'lambda' | 'stream';

/** Requests that are alike: when they were first sent, on the mean, and which try of theirs this is. */
export interface SentRequests {
  requests: number;
  firstAt: number;
  attempt: number;
}

/** The senders: what is turned away comes again, later and later, until they give it up. In requests. */
export class Clients {
  readonly turnedAway: Record<Cause, number> = { route: 0, account: 0, lambda: 0, stream: 0 };
  offered = 0;
  accepted = 0;
  givenUp = 0;
  /** seconds from the first try to the one that was taken, of requests that were turned away before */
  readonly waited = new Histogram();
  readonly #due = new Map<number, Map<number, SentRequests>>();
  readonly #chance: Chance;
  readonly #step: number;

  constructor(chance: Chance, step: number) {
    this.#chance = chance;
    this.#step = step;
  }

  /** What is sent in a step: the new requests and those whose time has come again. */
  sending(index: number, fresh: number): SentRequests[] {
    this.offered += fresh;
    const again = [...(this.#due.get(index)?.values() ?? [])];
    this.#due.delete(index);
    const first = { requests: fresh, firstAt: index * this.#step, attempt: 1 };
    return fresh > 0 ? [first, ...again] : again;
  }

  take(sent: SentRequests, index: number): void {
    this.accepted += sent.requests;
    if (sent.attempt > 1) this.waited.add(index * this.#step - sent.firstAt, sent.requests);
  }

  turnAway({ requests, firstAt, attempt }: SentRequests, cause: Cause, index: number): void {
    if (requests <= 0) return;
    this.turnedAway[cause] += requests;
    if (attempt >= assumptions.clientTries.value) {
      this.givenUp += requests;
      return;
    }
    const due = index + Math.max(1, Math.round(this.#waitOf(attempt, cause) / this.#step));
    const alike = this.#due.get(due) ?? new Map<number, SentRequests>();
    this.#due.set(due, alike);
    const known = alike.get(attempt + 1);
    const sum = (known?.requests ?? 0) + requests;
    const mean = ((known?.firstAt ?? 0) * (known?.requests ?? 0) + firstAt * requests) / sum;
    alike.set(attempt + 1, { requests: sum, firstAt: mean, attempt: attempt + 1 });
  }

  /** Requests that are to come again. */
  waiting(): number {
    const sums = [...this.#due.values()].flatMap((alike) => [...alike.values()]);
    return sums.reduce((sum, { requests }) => sum + requests, 0);
  }

  #waitOf(attempt: number, cause: Cause): number {
    const doubled = assumptions.clientFirstWaitSeconds.value * 2 ** (attempt - 1);
    const backoff = Math.min(assumptions.clientLongestWaitSeconds.value, doubled) * this.#chance.next();
    return cause === 'stream' ? Math.max(assumptions.retryAfterSeconds.value, backoff) : backoff;
  }
}
