import { mapAtMost } from '../atMost.ts';
import type { Catalog, Clock, Ledger, ObjectStore, PendingDay, StoredObject } from '../ports.ts';

/** Files of a run younger than this may belong to a run that is still writing or publishing them. */
const SETTLED_MS = 60 * 60 * 1000;

export interface MartPorts {
  store: ObjectStore;
  catalog: Catalog;
  ledger: Ledger;
  clock: Clock;
}

export interface MartRun {
  mart: string;
  /** `s3://<lake>/marts/<mart>/run=<execution>/`: the UNLOAD wrote `dt=<day>/…` below it */
  location: string;
  /** with their counters from before the UNLOAD */
  days: readonly PendingDay[];
}

const dayOf = (key: string): string | undefined => /\/dt=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];

/**
 * Old files of these days: not where the partition points, not where it pointed until now (queries may still read
 * there; the next run removes them), and not so young that another run may be about to publish them.
 */
const isLeftOver = (
  object: StoredObject,
  inUse: ReadonlySet<string>,
  days: ReadonlySet<string>,
  before: Date,
) => {
  const day = dayOf(object.key);
  if (day === undefined || !days.has(day) || object.lastModified >= before) return false;
  return !inUse.has(object.key.slice(0, object.key.lastIndexOf('/') + 1));
};

/**
 * Swaps a mart's days to what the run has just written: readers see the old files of a day or the new ones. A day
 * without a file has no rows any more: its partition goes. Repeating it does no harm.
 *
 * Two runs may do the same day at once, and the one that read less may come here last. So a day of which another run
 * has published since this one looked is left pending, whoever was last: the next run writes it again.
 */
export const publishMart = async (
  { mart, location, days: seen }: MartRun,
  { store, catalog, ledger, clock }: MartPorts,
) => {
  const days = seen.map(({ day }) => day);
  const root = store.uri('');
  const written = await store.list(location.slice(root.length));
  const filled = new Set(written.flatMap(({ key }) => dayOf(key) ?? []));
  const outcomes = await mapAtMost(8, days, async (day) => {
    const before = await catalog.partitionLocation(mart, [day]);
    const target = `${location}dt=${day}/`;
    if (filled.has(day)) return { before, target, done: await catalog.pointPartition(mart, [day], target) };
    if (before === undefined) return { before, target, done: 'absent' as const };
    await catalog.dropPartition(mart, [day]);
    return { before, target, done: 'dropped' as const };
  });

  // After the move: whatever an overlapping run had published for its own, newer file counts by now.
  await ledger.reopenDays(seen);

  const inUse = new Set(
    outcomes.flatMap(({ before, target }) => [target, before ?? target]).map((uri) => uri.slice(root.length)),
  );
  const settled = new Date(clock.now().getTime() - SETTLED_MS);
  const objects = await store.list(`marts/${mart}/`);
  const leftOver = objects.filter((object) => isLeftOver(object, inUse, new Set(days), settled));
  if (leftOver.length > 0) await store.remove(leftOver.map(({ key }) => key));
  return {
    mart,
    days: days.length,
    moved: outcomes.filter(({ done }) => done === 'created' || done === 'moved').length,
    dropped: outcomes.filter(({ done }) => done === 'dropped').length,
  };
};
