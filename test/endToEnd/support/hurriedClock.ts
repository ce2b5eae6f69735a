import { realTimer, type Timer } from 'headrace-emulator';

/** A minute and more is a task's timeout; waits between tries are shorter, or odd by their jitter. */
const isTimeout = (ms: number): boolean => ms >= 60_000 && ms % 1_000 === 0;

/** For the state machines of an emulator: they try again at once. */
export const hurriedStates: Timer = {
  now: realTimer.now,
  sleep: (ms, signal) => realTimer.sleep(isTimeout(ms) ? ms : Math.min(ms, 50), signal),
};

/** A clock that runs, and can be moved on: whoever sleeps until then wakes. */
export class HurriedClock {
  #aheadMs = 0;
  #mostMs = Number.POSITIVE_INFINITY;
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();

  readonly timer: Timer = {
    now: () => realTimer.now() + this.#aheadMs,
    sleep: async (ms, signal) => {
      const woken = new AbortController();
      const sleeper = { until: this.timer.now() + ms, wake: () => woken.abort() };
      this.#sleepers.add(sleeper);
      try {
        const either = signal ? AbortSignal.any([woken.signal, signal]) : woken.signal;
        await realTimer.sleep(Math.min(ms, this.#mostMs), either);
      } catch (error) {
        if (!woken.signal.aborted) throw error;
      } finally {
        this.#sleepers.delete(sleeper);
      }
    },
  };

  advance(ms: number): void {
    this.#aheadMs += ms;
    this.#wake(this.timer.now());
  }

  /** From now on nobody sleeps long. */
  hurry(): void {
    this.#mostMs = 100;
    this.#wake(Number.POSITIVE_INFINITY);
  }

  #wake(now: number): void {
    for (const { until, wake } of this.#sleepers) if (until <= now) wake();
  }
}
