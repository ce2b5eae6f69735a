import type { HourChecks } from '../../../src/ports/ledger.ts';

/** How far a check has come, in memory. */
export const createFakeHourChecks = (): HourChecks => {
  let until: string | undefined;
  return {
    checkedUntil: async () => until,
    async setCheckedUntil(partition) {
      if (until === undefined || partition > until) until = partition;
    },
  };
};
