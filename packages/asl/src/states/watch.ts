import { MissedHeartbeat, StatesError, Stopped } from '../errors.ts';
import type { Timer } from '../timer.ts';

interface Limits {
  /** seconds */
  timeout: number | undefined;
  /** seconds */
  heartbeat: number | undefined;
}

const taskEnded = new Stopped('the task has ended');

/** Watches one attempt of a task: ends it when its time is up, its heartbeat stays away, or its branch is stopped. */
export class Watch {
  /** Aborted as soon as nobody waits for the task any more. */
  readonly signal: AbortSignal;
  readonly #outer: AbortSignal;
  readonly #timer: Timer;
  readonly #limits: Limits;
  readonly #finished = new AbortController();
  #beat = new AbortController();

  constructor(timer: Timer, outer: AbortSignal, limits: Limits) {
    this.#outer = outer;
    this.#timer = timer;
    this.#limits = limits;
    this.signal = AbortSignal.any([outer, this.#finished.signal]);
  }

  heartbeat(): void {
    this.#beat.abort();
  }

  /** The task's answer, or the first thing that goes wrong. */
  async over<T>(task: Promise<T>): Promise<T> {
    const { timeout, heartbeat } = this.#limits;
    const racers: Promise<T>[] = [task, this.#stopped()];
    if (timeout !== undefined) racers.push(this.#after(timeout, 'States.Timeout'));
    if (heartbeat !== undefined) racers.push(this.#missedHeartbeat(heartbeat));
    try {
      return await Promise.race(racers);
    } catch (error) {
      // What a task says of being stopped is not a failure of the task.
      throw this.#outer.aborted ? this.#outer.reason : error;
    } finally {
      // The racers that lost reject now; somebody has to look away.
      for (const racer of racers) racer.catch(() => {});
      this.#finished.abort(taskEnded);
    }
  }

  async #after(seconds: number, error: string): Promise<never> {
    await this.#timer.sleep(seconds * 1000, this.signal);
    throw new StatesError(error, undefined);
  }

  async #missedHeartbeat(seconds: number): Promise<never> {
    for (;;) {
      this.#beat = new AbortController();
      const beat = this.#beat.signal;
      try {
        await this.#timer.sleep(seconds * 1000, AbortSignal.any([this.signal, beat]));
      } catch (error) {
        if (beat.aborted && !this.signal.aborted) continue;
        throw error;
      }
      throw new MissedHeartbeat();
    }
  }

  #stopped(): Promise<never> {
    return new Promise((_, reject) => {
      if (this.signal.aborted) reject(this.signal.reason);
      else this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
    });
  }
}
