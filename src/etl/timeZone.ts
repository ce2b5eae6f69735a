import { dayOf, partitionOfValues } from '../lake/partition.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { PendingDays } from '../ports/ledger.ts';
import { withNeighbours } from './localDays.ts';

/**
 * Rows of marts stand on days of the time zone that they were written in, which the ledger knows. When the stage has
 * another one, all days with events become pending, and the days around them, on which rows may have been: those of
 * them that have no rows any more go. Runs then write them, as many at a time as they write of others. Gives what it
 * has marked.
 *
 * The zone is noted last: whoever ends before that is repeated. A run that began with the zone before finds that the
 * days have changed meanwhile, and leaves them pending.
 */
export const adoptTimeZone = async (
  timeZone: string,
  { pendingDays, catalog }: { pendingDays: PendingDays; catalog: Pick<Catalog, 'partitionLocations'> },
): Promise<string[]> => {
  if ((await pendingDays.timeZone()) === timeZone) return [];
  const published = await catalog.partitionLocations('events');
  const days = withNeighbours(published.map(({ values }) => dayOf(partitionOfValues(values))));
  await pendingDays.mark(days);
  await pendingDays.setTimeZone(timeZone);
  return days;
};
