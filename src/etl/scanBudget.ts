import { mapAtMost } from '../atMost.ts';
import { HeadraceError } from '../errors.ts';
import { UTC } from '../json/instants.ts';
import { nextDay } from '../lake/partition.ts';
import type { PartitionStates, PendingDay } from '../ports/ledger.ts';
import { namesIn } from '../sqlText.ts';
import { countsLocalDays } from './macros.ts';

/** Days around each of `:neighbourDays`, itself included; those with parts of the two local days that one touches. */
const NEIGHBOURHOOD = 3;

/** How often queries read a day, or one as large beside it: once for each mention of its days or their neighbors. */
export const readingsOf = (queries: readonly { sql: string }[], timeZone = UTC): number => {
  const readings: Readonly<Record<string, number>> = {
    days: 1,
    utcDays: timeZone === UTC ? 1 : NEIGHBOURHOOD,
    neighbourDays: NEIGHBOURHOOD,
  };
  const readingsIn = (sql: string): number =>
    namesIn(sql)
      // Beside the partitions that are read, they only choose rows.
      .filter(({ name }) => name !== 'days' || !countsLocalDays(sql))
      .reduce((sum, { name }) => sum + (readings[name] ?? 0), 0);
  return queries.reduce((sum, { sql }) => sum + readingsIn(sql), 0);
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const tooMuch = (day: string, planned: number, budget: number): HeadraceError =>
  new HeadraceError(
    'ScanBudgetExceeded',
    `The checks, marts and warnings of ${day} would make this run scan up to ${gigabytes(planned)}, more than the ${gigabytes(budget)} it may. Nothing was queried; the day stays pending. Raise etlScanBudgetBytes in resources/params.yml and deploy, or ask for fewer days or marts at a time.`,
  );

/**
 * As many of the days, in their order, as the queries of one run may read within `budget` bytes; the others are left to
 * the next run. What a day may cost is known before anything is asked: at most all the bytes of its published builds
 * for each reading (the days around it are taken to be as large). Queries read some of the columns, so it is mostly
 * less.
 *
 * Throws ScanBudgetExceeded if not even the first of them fits, or not all that were asked for by name.
 */
export const withinScanBudget = async (
  days: readonly PendingDay[],
  named: readonly string[],
  readings: number,
  budget: number,
  partitionStates: Pick<PartitionStates, 'entries'>,
): Promise<PendingDay[]> => {
  const planned = await mapAtMost(4, days, async ({ day }) => {
    const entries = await partitionStates.entries(`${day}T00`, `${nextDay(day)}T00`);
    return readings * entries.reduce((sum, { committed }) => sum + (committed?.parquetBytes ?? 0), 0);
  });
  const taken: PendingDay[] = [];
  let sum = 0;
  for (const [at, each] of days.entries()) {
    sum += planned[at] ?? 0;
    if (sum <= budget) taken.push(each);
    else if (at === 0 || named.includes(each.day)) throw tooMuch(each.day, sum, budget);
    else break;
  }
  return taken;
};
