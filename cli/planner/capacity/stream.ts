import type { Chance } from '../../../client/traffic/random.ts';
import { assumptions } from '../assumptions.ts';
import { divide } from './chance.ts';
import type { Clients, SentRequests } from './clients.ts';
import type { StageLimits } from './limits.ts';

/** Shards are alike: beyond so many, each of these stands for several. */
const LANES = 16;

/** What an on-demand stream takes before it has seen any traffic. */
const FIRST_BYTES_PER_SECOND = assumptions.onDemandShards.value * assumptions.bytesPerShardSecond.value;

/** A call of collect whose record its shard has not taken yet. */
interface Held extends SentRequests {
  since: number;
}

/** The stream's write side. Requests are the unit: each becomes `records` of `bytes`, in one shard. */
export class Stream {
  readonly lanes: number;
  /** requests that each lane took in the last step */
  taken: number[];
  /** how often it grew */
  scaled = 0;
  /** bytes that a shard was written in a second at most: what each of its consumers reads */
  mostShardBytes = 0;
  #capacity: number;
  #scaling: { until: number; to: number } | undefined;
  #recent = 0;
  readonly #held: Held[][];
  readonly #size: { records: number; bytes: number };
  readonly #limits: StageLimits['stream'];
  readonly #chance: Chance;
  readonly #step: number;

  /** `seenBytes`: the most that an on-demand stream has been written in a second within the last 30 days. */
  constructor(
    limits: StageLimits['stream'],
    eventBytes: number,
    seenBytes: number,
    chance: Chance,
    step: number,
  ) {
    const records = Math.ceil(eventBytes / assumptions.recordBytes.value);
    this.#size = { records, bytes: eventBytes };
    this.#limits = limits;
    this.#chance = chance;
    this.#step = step;
    this.#capacity = limits.onDemand
      ? Math.min(limits.ceilingBytes, Math.max(FIRST_BYTES_PER_SECOND, 2 * seenBytes))
      : limits.shards * assumptions.provisionedShardBytesPerSecond.value;
    this.lanes = Math.min(LANES, this.shards);
    this.taken = Array.from({ length: this.lanes }, () => 0);
    this.#held = Array.from({ length: this.lanes }, () => []);
  }

  get shards(): number {
    if (!this.#limits.onDemand) return this.#limits.shards;
    const fold = Math.ceil(this.#capacity / FIRST_BYTES_PER_SECOND);
    return Math.max(1, fold * assumptions.onDemandShards.value);
  }

  get bytesPerSecond(): number {
    return this.#capacity;
  }

  /** Calls of collect that wait for a shard: each has an environment for itself. */
  get held(): number {
    return this.#held.flat().reduce((sum, { requests }) => sum + requests, 0);
  }

  /**
   * New calls and those that wait: what finds room is taken, what has waited too long goes back to its client. No more
   * than `environments` can wait: calls beyond them find none, which is Lambda's throttle.
   */
  put(sent: readonly SentRequests[], environments: number, clients: Clients, index: number): void {
    const room = this.#roomOfLane();
    const total = sent.reduce((sum, { requests }) => sum + requests, 0);
    this.#follow(total + this.held, index);
    for (const [lane, share] of divide(this.#chance, total, this.lanes).entries()) {
      const fresh = sent.map(
        (one): Held => ({ ...one, requests: (one.requests / total) * share, since: index }),
      );
      const wanting = [...(this.#held[lane] ?? []), ...(share > 0 ? fresh : [])];
      const wanted = wanting.reduce((sum, { requests }) => sum + requests, 0);
      this.taken[lane] = Math.min(wanted, room);
      this.#noteShard(this.taken[lane]);
      this.#held[lane] = this.#settle(wanting, wanted > 0 ? Math.min(1, room / wanted) : 1, clients, index);
    }
    this.#keepAtMost(environments, clients, index);
  }

  #noteShard(requests: number): void {
    const perSecond = (requests * this.#size.bytes * this.lanes) / this.shards / this.#step;
    this.mostShardBytes = Math.max(this.mostShardBytes, perSecond);
  }

  #keepAtMost(environments: number, clients: Clients, index: number): void {
    const { held } = this;
    if (held <= environments) return;
    const share = environments / held;
    for (const [lane, waiting] of this.#held.entries()) {
      for (const one of waiting)
        clients.turnAway({ ...one, requests: one.requests * (1 - share) }, 'lambda', index);
      this.#held[lane] = waiting.map((one) => ({ ...one, requests: one.requests * share }));
    }
  }

  /** Returns those that wait on. */
  #settle(wanting: readonly Held[], share: number, clients: Clients, index: number): Held[] {
    const patience = assumptions.collectorPatienceSeconds.value / this.#step;
    const waiting = new Map<string, Held>();
    for (const one of wanting) {
      clients.take({ ...one, requests: one.requests * share }, index);
      const left = { ...one, requests: one.requests * (1 - share) };
      if (left.requests <= 0) continue;
      if (index - one.since >= patience) clients.turnAway(left, 'stream', index);
      else merge(waiting, left);
    }
    return [...waiting.values()];
  }

  #roomOfLane(): number {
    const { records, bytes } = this.#size;
    const byBytes = this.#capacity / bytes;
    const byRecords = (this.shards * assumptions.shardRecordsPerSecond.value) / records;
    return (Math.min(byBytes, byRecords) * this.#step) / this.lanes;
  }

  /** An on-demand stream makes room for twice what it sees; that takes its time. */
  #follow(requests: number, index: number): void {
    if (!this.#limits.onDemand) return;
    const now = (requests * this.#size.bytes) / this.#step;
    this.#recent += (now - this.#recent) * Math.min(1, this.#step / assumptions.onDemandWatchSeconds.value);
    const at = index * this.#step;
    if (this.#scaling !== undefined && at >= this.#scaling.until) {
      this.#capacity = this.#scaling.to;
      this.#scaling = undefined;
      this.scaled += 1;
    }
    const to = Math.min(this.#limits.ceilingBytes, 2 * this.#capacity);
    if (this.#scaling === undefined && this.#recent > this.#capacity / 2 && to > this.#capacity)
      this.#scaling = { until: at + assumptions.onDemandScalingSeconds.value, to };
  }
}

const merge = (waiting: Map<string, Held>, one: Held): void => {
  const key = `${one.since} ${one.attempt}`;
  const known = waiting.get(key);
  const requests = (known?.requests ?? 0) + one.requests;
  const firstAt = ((known?.firstAt ?? 0) * (known?.requests ?? 0) + one.firstAt * one.requests) / requests;
  waiting.set(key, { ...one, requests, firstAt });
};
