import { assumptions } from '../assumptions.ts';
import { HOUR_SECONDS } from '../time.ts';
import { Histogram } from './histogram.ts';
import type { StageLimits } from './limits.ts';

export interface LandingOptions {
  limits: Pick<StageLimits, 'landWindow' | 'batchRecords'>;
  eventsPerRequest: number;
  eventBytes: number;
  /** hours that the lines of a batch belong to: so many objects */
  hoursPerBatch: number;
  /** of a batch, beside its bytes */
  fixedSeconds: number;
}

interface Cohort {
  requests: number;
  at: number;
}

interface Lane {
  queue: Cohort[];
  waiting: number;
  /** when the poller saw the first record of the batch it gathers */
  openedAt: number;
  busyUntil: number;
}

/** A share of a share leaves float dust behind: it does not count as a record. */
const DUST = 1e-6;

/** The read side: each shard's poller gathers a batch and waits for land to have written it. */
export class Landing {
  readonly lag = new Histogram();
  /** requests whose events are in raw/ */
  landed = 0;
  batches = 0;
  objects = 0;
  /** requests and objects by the hour in which they were written */
  readonly hours: { requests: number; objects: number }[] = [];
  mostPuts = 0;
  readonly #options: LandingOptions;
  readonly #step: number;
  readonly #lanes: Lane[];
  readonly #puts = new Map<number, number>();

  constructor(lanes: number, options: LandingOptions, step: number) {
    this.#options = options;
    this.#step = step;
    this.#lanes = Array.from({ length: lanes }, () => ({ queue: [], waiting: 0, openedAt: 0, busyUntil: 0 }));
  }

  /** Requests in the stream. */
  get waiting(): number {
    return this.#lanes.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** Executions of land at a moment, with so many shards. */
  busy(now: number, shards: number): number {
    const busy = this.#lanes.filter(({ busyUntil }) => busyUntil > now).length;
    return (busy * shards) / this.#lanes.length;
  }

  /** Executions that could begin. */
  wanted(now: number, shards: number): number {
    const ready = this.#lanes.filter((lane) => this.#isReady(lane, now, shards)).length;
    return (ready * shards) / this.#lanes.length;
  }

  arrive(taken: readonly number[], now: number): void {
    for (const [n, lane] of this.#lanes.entries()) {
      const requests = taken[n] ?? 0;
      if (requests <= DUST) continue;
      if (lane.waiting <= DUST) lane.openedAt = Math.max(now, lane.busyUntil);
      lane.queue.push({ requests, at: now });
      lane.waiting += requests;
    }
  }

  /** Begins what batches are due, in no more than `room` executions. */
  land(now: number, shards: number, room: number): void {
    const weight = shards / this.#lanes.length;
    let left = room;
    const ready = this.#lanes.filter((lane) => this.#isReady(lane, now, shards));
    for (const lane of ready.sort((a, b) => a.openedAt - b.openedAt)) {
      if (left < Math.min(weight, room)) return;
      this.#deliver(lane, now, Math.min(weight, left));
      left -= weight;
    }
  }

  #isReady(lane: Lane, now: number, shards: number): boolean {
    if (lane.waiting <= DUST || lane.busyUntil > now) return false;
    const full = lane.waiting >= (this.#batchRequests() * shards) / this.#lanes.length;
    return full || now >= lane.openedAt + this.#options.limits.landWindow;
  }

  /** Requests that fit into one batch. */
  #batchRequests(): number {
    const { limits, eventsPerRequest, eventBytes } = this.#options;
    const bytes = eventsPerRequest * eventBytes;
    const records = Math.ceil(bytes / assumptions.recordBytes.value);
    return Math.min(assumptions.batchBytes.value / bytes, limits.batchRecords / records);
  }

  /** A batch of each of the `shards` that a lane stands for. */
  #deliver(lane: Lane, now: number, shards: number): void {
    const requests = Math.min(lane.waiting, this.#batchRequests() * shards);
    // Fewer records than shards: some shards have nothing.
    const batches = Math.max(1, Math.min(shards, requests));
    const bytes = (requests / batches) * this.#options.eventsPerRequest * this.#options.eventBytes;
    const doneAt = now + this.#options.fixedSeconds + bytes / assumptions.landBytesPerSecond.value;
    this.#remove(lane, requests, doneAt);
    lane.busyUntil = doneAt;
    lane.openedAt = doneAt;
    this.batches += batches;
    this.#write(requests, batches * this.#options.hoursPerBatch, doneAt);
  }

  #remove(lane: Lane, requests: number, doneAt: number): void {
    let left = requests;
    let used = 0;
    for (const cohort of lane.queue) {
      if (left <= 0) break;
      const part = Math.min(cohort.requests, left);
      this.lag.add(doneAt - (cohort.at - this.#step / 2), part);
      left -= part;
      cohort.requests -= part;
      if (cohort.requests > DUST) break;
      used += 1;
    }
    lane.queue.splice(0, used);
    lane.waiting = lane.queue.reduce((sum, cohort) => sum + cohort.requests, 0);
  }

  #write(requests: number, objects: number, at: number): void {
    this.landed += requests;
    this.objects += objects;
    const hour = Math.floor(at / HOUR_SECONDS);
    while (this.hours.length <= hour) this.hours.push({ requests: 0, objects: 0 });
    const entry = this.hours[hour];
    if (entry) {
      entry.requests += requests;
      entry.objects += objects;
    }
    const second = Math.floor(at);
    const puts = (this.#puts.get(second) ?? 0) + objects;
    this.#puts.set(second, puts);
    this.mostPuts = Math.max(this.mostPuts, puts);
  }
}
