import type { Timer } from '../../contracts.ts';

const firstMs = 10;
const slowestMs = 1000;

/** Of the time waited so far: an answer is seen late by no more than that, and a long wait asks rarely. */
const share = 0.1;

/** Asks again and again, less and less often, until there is an answer. Rejects with the signal's reason. */
export const until = async <T>(
  timer: Timer,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<T> => {
  for (let waitedMs = 0; ; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const ms = Math.min(Math.max(firstMs, waitedMs * share), slowestMs);
    await timer.sleep(ms, signal);
    waitedMs += ms;
  }
};
