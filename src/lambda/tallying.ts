/** Counts what would be too much to tell one by one. */
interface Tallying {
  /** One more. What to tell now: the first at once, then at most once in the time. */
  count(now: number): number;
  /** What has not been told, to be told now. */
  take(now: number): number;
}

/** `everyMs`: how often there is something to tell at most. `now`: epoch milliseconds. */
export const tallying = (everyMs: number): Tallying => {
  let untold = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const take = (now: number): number => {
    const told = untold;
    untold = 0;
    if (told > 0) toldAt = now;
    return told;
  };
  return {
    take,
    count(now) {
      untold += 1;
      return now - toldAt < everyMs ? 0 : take(now);
    },
  };
};
