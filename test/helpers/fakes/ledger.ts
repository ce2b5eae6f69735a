import type { HourChecks } from '../../../src/ports/ledger.ts';
import { type Effects, recordEffects } from '../effects.ts';
import { createFakeHourChecks } from './hourChecks.ts';
import { createFakeObservedSchemas, type FakeObservedSchemas } from './observedSchemas.ts';
import { createFakePartitionStates, type FakePartitionStates } from './partitionStates.ts';
import { createFakePendingDays, type FakePendingDays } from './pendingDays.ts';
import { createFakeRetiredFiles, type FakeRetiredFiles } from './retiredFiles.ts';

export interface FakeLedger {
  partitionStates: FakePartitionStates;
  pendingDays: FakePendingDays;
  retiredFiles: FakeRetiredFiles;
  observedSchemas: FakeObservedSchemas;
  archiveChecks: HourChecks;
  speedChecks: HourChecks;
}

/** The five fakes of the ledger, as they belong together: a commit marks a day and retires a build. */
export const createFakeLedger = (options: { effects?: Effects; now?: () => Date } = {}): FakeLedger => {
  const { effects = recordEffects(), now = () => new Date('2026-11-01T12:00:00.000Z') } = options;
  const pendingDays = createFakePendingDays(effects);
  const retiredFiles = createFakeRetiredFiles(now, effects);
  return {
    partitionStates: createFakePartitionStates({ days: pendingDays, retired: retiredFiles }, now, effects),
    pendingDays,
    retiredFiles,
    observedSchemas: createFakeObservedSchemas(effects),
    archiveChecks: createFakeHourChecks(),
    speedChecks: createFakeHourChecks(),
  };
};
