import type { ArchiveChecks } from '../../../src/ports/ledger.ts';

/** How far the archive was checked, in memory. */
export const createFakeArchiveChecks = (): ArchiveChecks => {
  let until: string | undefined;
  return {
    checkedUntil: async () => until,
    async setCheckedUntil(partition) {
      if (until === undefined || partition > until) until = partition;
    },
  };
};
