import { recordEffects } from '../effects.ts';
import { createFakeCatalog, createFakeStore, fixedClock } from '../fakes.ts';
import { createFakeLedger } from './ledger.ts';

/** A lake, a catalog and a ledger in memory, all at one time, their effects in one list. */
export const fakePorts = (clock = fixedClock()) => {
  const effects = recordEffects();
  return {
    effects,
    clock,
    store: createFakeStore({ effects, clock }),
    catalog: createFakeCatalog({ effects }),
    ledger: createFakeLedger({ effects, now: clock.now }),
  };
};
