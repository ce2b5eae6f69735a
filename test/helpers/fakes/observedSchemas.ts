import type { ObservedSchemas } from '../../../src/ports/ledger.ts';
import { type Effects, recordEffects } from '../effects.ts';

export interface FakeObservedSchemas extends ObservedSchemas {
  /** `taken`: when one was begun last */
  crawls: { wanted: number; done: number; taken: number };
}

/** Observed schemas in memory. Effect: `crawlDone <wanted>`. */
export const createFakeObservedSchemas = (effects: Effects = recordEffects()): FakeObservedSchemas => {
  const known = new Set<string>();
  const crawls = { wanted: 0, done: 0, taken: Number.NEGATIVE_INFINITY };
  return {
    crawls,
    async note(eventName, properties) {
      const fresh = properties.filter((property) => !known.has(`${eventName} ${property}`));
      for (const property of fresh) known.add(`${eventName} ${property}`);
      if (fresh.length > 0) crawls.wanted += 1;
      return fresh;
    },
    async takeCrawl(now, before) {
      const pending = crawls.wanted > crawls.done && crawls.taken <= before.getTime();
      if (pending) crawls.taken = now.getTime();
      return { pending, wanted: crawls.wanted };
    },
    crawlWanted: async () => ({ pending: crawls.wanted > crawls.done, wanted: crawls.wanted }),
    async crawlDone(wanted) {
      effects.happen(`crawlDone ${wanted}`);
      crawls.done = Math.max(crawls.done, wanted);
    },
  };
};
