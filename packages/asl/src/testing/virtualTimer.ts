import type { Timer } from '../timer.ts';

interface Sleeper {
  due: number;
  wake: () => void;
}

/**
 * Time that jumps: once everything else has come to rest, the earliest sleeper is woken. Sleeps are recorded, so
 * that a test can state how long something waited without waiting.
 */
export const virtualTimer = (start = Date.UTC(2026, 10, 1)): Timer & { slept: number[] } => {
  const sleepers = new Set<Sleeper>();
  const slept: number[] = [];
  let now = start;
  let pumping = false;

  const pump = (): void => {
    pumping = false;
    const next = [...sleepers].reduce<Sleeper | undefined>(
      (a, b) => (a && a.due <= b.due ? a : b),
      undefined,
    );
    if (next === undefined) return;
    now = Math.max(now, next.due);
    sleepers.delete(next);
    next.wake();
    schedule();
  };

  const schedule = (): void => {
    if (pumping || sleepers.size === 0) return;
    pumping = true;
    setImmediate(pump);
  };

  return {
    slept,
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        slept.push(ms);
        const sleeper = { due: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
        schedule();
      }),
  };
};
