import { mapAtMost } from '../atMost.ts';
import { dayFolder, dayOfKey, martFolder, martRunOfKey } from '../lake/layout.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import type { LeftOver, PendingDays, RetiredFiles } from '../ports/ledger.ts';
import type { MartDay } from './martDays.ts';

interface MartPorts {
  store: ObjectStore;
  catalog: Catalog;
  pendingDays: PendingDays;
  retiredFiles: RetiredFiles;
}

interface MartRun {
  mart: string;
  /** `s3://<lake>/marts/<mart>/run=<execution>/`: the UNLOAD wrote `dt=<day>/…` below it */
  location: string;
  /** with their counters from before the UNLOAD: those it read, and those of them that it wrote */
  days: readonly MartDay[];
}

/** Per day, the runs that wrote files of it, but this one. */
const otherRuns = (objects: readonly StoredObject[], own: string | undefined): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { key } of objects) {
    const day = dayOfKey(key);
    const run = martRunOfKey(key);
    if (day === undefined || run === undefined || run === own) continue;
    found.set(day, (found.get(day) ?? new Set()).add(run));
  }
  return found;
};

/** Of `shown`, where readers were sent until now, only what is not this run's own. */
const leftOver = (before: string | undefined, others: ReadonlySet<string> = new Set()): LeftOver => {
  const shown = before === undefined ? undefined : martRunOfKey(before);
  return { shown: shown !== undefined && others.has(shown) ? shown : undefined, others: [...others] };
};

/**
 * Swaps a mart's days to what the run has just written: readers see the old files of a day or the new ones. A day
 * without a file has no rows any more: its partition goes. Repeating it does no harm. What other runs have left of
 * these days is noted, and Sweep removes it when every reader is done with it.
 *
 * Two runs may do the same day at once, and the one that read less may come here last. So a day of which another run
 * has published since this one looked is left pending, whoever was last: the next run writes it again. In a time zone
 * other than UTC that holds for each day of UTC that has a part of one that was written.
 */
export const publishMart = async (
  { mart, location, days: seen }: MartRun,
  { store, catalog, pendingDays, retiredFiles }: MartPorts,
) => {
  const days = seen.flatMap(({ day, readOnly }) => (readOnly === true ? [] : [day]));
  const objects = await store.list(martFolder(mart));
  const written = objects.filter(({ key }) => store.uri(key).startsWith(location));
  const filled = new Set(written.flatMap(({ key }) => dayOfKey(key) ?? []));
  const others = otherRuns(objects, martRunOfKey(location));
  // Also before the move: if we end right after it, the day is pending already.
  await pendingDays.reopen(seen);
  const outcomes = await mapAtMost(8, days, async (day) => {
    const before = await catalog.partitionLocation(mart, [day]);
    // Before the move: whoever ends in between has left a note of what readers saw until then.
    const left = leftOver(before, others.get(day));
    if (left.others.length > 0) await retiredFiles.retireMartRuns(mart, day, left);
    if (filled.has(day)) return catalog.pointPartition(mart, [day], `${location}${dayFolder(day)}`);
    if (before === undefined) return 'absent' as const;
    await catalog.dropPartition(mart, [day]);
    return 'dropped' as const;
  });

  // After the move: whatever an overlapping run had published for its own, newer file counts by now.
  await pendingDays.reopen(seen);
  return {
    mart,
    days: days.length,
    moved: outcomes.filter((done) => done === 'created' || done === 'moved').length,
    dropped: outcomes.filter((done) => done === 'dropped').length,
  };
};
