import { mapAtMost } from '../atMost.ts';
import { HOUR_MS, UTC } from '../json/instants.ts';
import { dayOfKey, martFolder, martRunOfKey } from '../lake/layout.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import type { PendingDays, RetiredFiles } from '../ports/ledger.ts';
import { utcDaysOf } from './localDays.ts';
import { mendShown } from './mending.ts';

/** Files of each mart that were replaced within about the last two hours: five runs that each write it for 100 days. */
const MAX_REPLACED = 500;

interface MendingPorts {
  store: ObjectStore;
  catalog: Catalog;
  pendingDays: PendingDays;
  retiredFiles: RetiredFiles;
  clock: Clock;
  /** of the project: of one that it no longer has, nobody reads anything */
  marts: readonly string[];
  /** what a mart's day is a day of; UTC when none is given */
  timeZone?: string;
}

/** A day of a mart, and the runs whose files of it were replaced lately. */
interface ReplacedDay {
  mart: string;
  day: string;
  runs: ReadonlySet<string>;
}

const replacedDays = async ({ retiredFiles, clock, marts }: MendingPorts): Promise<ReplacedDay[]> => {
  if (marts.length === 0) return [];
  // Those of this moment as well.
  const before = new Date(clock.now().getTime() + HOUR_MS);
  const found = new Map<string, ReplacedDay & { runs: Set<string> }>();
  for (const { mart, day, run } of await retiredFiles.retiredMartRuns(before, MAX_REPLACED * marts.length)) {
    if (!marts.includes(mart)) continue;
    const one = found.get(`${mart} ${day}`) ?? { mart, day, runs: new Set() };
    one.runs.add(run);
    found.set(`${mart} ${day}`, one);
  }
  return [...found.values()];
};

type FilesOf = (mart: string) => Promise<readonly StoredObject[]>;

/** All files of a mart, listed when they are first asked for: many days may lose their rows at once. */
const listedOnce = (store: ObjectStore): FilesOf => {
  const listed = new Map<string, Promise<readonly StoredObject[]>>();
  return (mart) => {
    const files = listed.get(mart) ?? store.list(martFolder(mart));
    listed.set(mart, files);
    return files;
  };
};

/** Readers are sent to files that were replaced, or nowhere although files are there that were not. */
const isWrong = async (
  { mart, day, runs }: ReplacedDay,
  catalog: Catalog,
  filesOf: FilesOf,
): Promise<boolean> => {
  const location = await catalog.partitionLocation(mart, [day]);
  if (location !== undefined) return runs.has(martRunOfKey(location) ?? '');
  const written = await filesOf(mart);
  return written.some(({ key }) => dayOfKey(key) === day && !runs.has(martRunOfKey(key) ?? ''));
};

const wrongOf = async (
  days: readonly ReplacedDay[],
  { store, catalog }: MendingPorts,
): Promise<ReplacedDay[]> => {
  const filesOf = listedOnce(store);
  const wrong = await mapAtMost(8, days, (day) => isWrong(day, catalog, filesOf));
  return days.filter((_, n) => wrong[n]);
};

/**
 * What mendShown does for hours, for the days of marts: a call to Glue that takes effect only after a newer one sends
 * readers to files of an earlier run, or takes the day away. Such a day is marked as pending, so that this run, or the
 * next one, writes its marts again. A run that ended between its note and its move looks the same, and its day is
 * pending already.
 *
 * Looks twice, since another run may be publishing. Gives what it has marked.
 */
export const mendMarts = async (ports: MendingPorts): Promise<{ mart: string; day: string }[]> => {
  const suspects = await wrongOf(await replacedDays(ports), ports);
  const wrong = await wrongOf(suspects, ports);
  // Nobody has ever seen the counter of a day at 0, so it has moved for certain.
  const days = utcDaysOf(
    wrong.map(({ day }) => day),
    ports.timeZone ?? UTC,
  );
  await ports.pendingDays.reopen(days.map((day) => ({ day, changes: 0 })));
  return wrong.map(({ mart, day }) => ({ mart, day }));
};

/** Both, of hours and of marts; undefined when readers see what they are to. */
export const mendAll = async (ports: MendingPorts & Parameters<typeof mendShown>[0]) => {
  const found = { partitions: await mendShown(ports), marts: await mendMarts(ports) };
  return found.partitions.length + found.marts.length > 0 ? found : undefined;
};
