import { beforeEach, describe } from '@jest/globals';
import { type Ledger, openLedger } from '../../../../client/ledger.ts';
import { committedBuild } from '../../../helpers/builds.ts';
import { createFakeLedger } from '../../../helpers/fakes/ledger.ts';
import { type FixedClock, fixedClock } from '../../../helpers/fakes.ts';
import { onceDynamo } from '../../../helpers/onceDynamo.ts';

export const HOUR = '2026-11-01T05';
export const LEASE_MS = 15 * 60 * 1000;

export const build = (id: string) => committedBuild(id, { rawBytes: 2048, parquetBytes: 512 });

/** A ledger with nothing in it, new for each test. */
export interface Subject {
  ledger: Ledger;
  clock: FixedClock;
  /** Lands once, locks and commits, as a run does. */
  commit(partition: string, id: string): Promise<void>;
}

const subjectOf = (ledger: Ledger, clock: FixedClock): Subject => ({
  ledger,
  clock,
  async commit(partition, id) {
    const { partitionStates } = ledger;
    await partitionStates.markStale(partition, clock.now());
    const { landings } = await partitionStates.lock(partition, 'run', clock.now(), LEASE_MS);
    await partitionStates.commit(partition, 'run', landings, build(id));
  },
});

/**
 * Rules of a port that the adapter of DynamoDB keeps, and the fake that other tests build upon as well. The members of
 * `on` may be used inside tests.
 */
export const contract = (port: string, rules: (on: Subject) => void): void => {
  const dynamo = onceDynamo();
  const makes: Record<string, (clock: FixedClock) => Promise<Ledger>> = {
    'in DynamoDB': async (clock) => openLedger(dynamo.client, await dynamo.createLedgerTable(), clock),
    'in memory, the fake': async ({ now }) => createFakeLedger({ now }),
  };

  describe.each(Object.entries(makes))(`${port} %s:`, (_kind, make) => {
    // Filled before each test.
    const on = {} as Subject;
    beforeEach(async () => {
      const clock = fixedClock('2026-11-01T12:00:00.000Z');
      Object.assign(on, subjectOf(await make(clock), clock));
    });
    rules(on);
  });
};
