import { setTimeout as after } from 'node:timers/promises';
import type { Timer } from './contracts.ts';

/** The machine's clock. */
export const realTimer: Timer = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await after(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // node wraps the reason into an AbortError of its own; the contract says the reason itself.
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
