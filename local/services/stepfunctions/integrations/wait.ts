import type { Timer } from '../../../contracts.ts';

const firstMs = 50;
const slowestMs = 1000;

/** Asks again and again, less and less often, until there is an answer. Rejects with the signal's reason. */
export async function until<T>(
  timer: Timer,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  for (let ms = firstMs; ; ms = Math.min(ms * 2, slowestMs)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await timer.sleep(ms, signal);
  }
}
