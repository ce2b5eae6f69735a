import { z } from 'zod';

/** One run takes 500 hours and 100 days: this is more than a test can send in a sensible time. */
export const MOST_RUNS = 20;

const waiting = z.looseObject({ more: z.literal(true) });

interface Run {
  status: string;
  output?: unknown;
}

/**
 * Runs until a run fails, or succeeds and leaves nothing to the next one. Gives that run; undefined if still more
 * waits after `MOST_RUNS` of them.
 */
export const lastOfRuns = async <Ended extends Run>(
  run: () => Promise<Ended>,
): Promise<Ended | undefined> => {
  for (let n = 0; n < MOST_RUNS; n += 1) {
    const ended = await run();
    if (ended.status !== 'SUCCEEDED' || !waiting.safeParse(ended.output).success) return ended;
  }
  return undefined;
};
