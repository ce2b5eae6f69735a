import { beforeEach } from '@jest/globals';
import { recordEffects } from '../effects.ts';
import { createFakeCatalog, createFakeStore, fixedClock } from '../fakes.ts';
import { standIn } from '../made.ts';
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

/** The same, new for each test of a file. They may be taken apart at its top, and used inside tests and hooks. */
export const eachFakePorts = (now?: string): ReturnType<typeof fakePorts> => {
  let ports = fakePorts();
  beforeEach(() => {
    ports = fakePorts(fixedClock(now));
  });
  return {
    effects: standIn(() => ports.effects),
    clock: standIn(() => ports.clock),
    store: standIn(() => ports.store),
    catalog: standIn(() => ports.catalog),
    ledger: {
      partitionStates: standIn(() => ports.ledger.partitionStates),
      pendingDays: standIn(() => ports.ledger.pendingDays),
      retiredFiles: standIn(() => ports.ledger.retiredFiles),
      observedSchemas: standIn(() => ports.ledger.observedSchemas),
      archiveChecks: standIn(() => ports.ledger.archiveChecks),
      speedChecks: standIn(() => ports.ledger.speedChecks),
    },
  };
};
