/**
 * What the fakes did to the dependencies, in order, as one list shared by all of them: tests compare it whole.
 * An effect is a line such as `put raw/dt=…` or `markStale 2026-11-01T05`.
 */
export interface Effects {
  readonly list: string[];
  /** Records the effect, or throws what a test planned for it; a failed effect is listed as `failed: …`. */
  happen(effect: string): void;
  /** Every effect that matches fails from now on (or `times` times). */
  failOn(pattern: RegExp, error: Error, times?: number): void;
  /** Runs `action` once, just before the first effect that matches: something else happens meanwhile. */
  before(pattern: RegExp, action: () => void): void;
}

export const recordEffects = (): Effects => {
  const list: string[] = [];
  const failures: { pattern: RegExp; error: Error; left: number }[] = [];
  const interruptions: { pattern: RegExp; action: () => void }[] = [];
  return {
    list,
    happen(effect) {
      const at = interruptions.findIndex(({ pattern }) => pattern.test(effect));
      if (at !== -1) interruptions.splice(at, 1)[0]?.action();
      const failure = failures.find(({ pattern, left }) => left > 0 && pattern.test(effect));
      if (failure !== undefined) {
        failure.left -= 1;
        list.push(`failed: ${effect}`);
        throw failure.error;
      }
      list.push(effect);
    },
    failOn(pattern, error, times = Number.POSITIVE_INFINITY) {
      failures.push({ pattern, error, left: times });
    },
    before(pattern, action) {
      interruptions.push({ pattern, action });
    },
  };
};
