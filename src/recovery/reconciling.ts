import { mapAtMost } from '../atMost.ts';
import { HeadraceError } from '../errors.ts';
import {
  dayOfKey,
  EVENTS,
  eventsFolder,
  isFolderMark,
  partitionOfKey,
  QUARANTINE,
  quarantineFolder,
  RAW,
  rawFolder,
} from '../lake/layout.ts';
import { dayOf, type Partition, partitionOfValues, partitionValues } from '../lake/partition.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import type { LedgerEntry, PartitionStates } from '../ports/ledger.ts';
import { type Balance, balanceOf, type Difference, type Stored } from './balance.ts';

/** Days, or hours, looked at at the same time: three listings each. */
const PARALLEL = 8;

/** The cause of a failed run is shown whole in the console. */
const NAMED = 5;

export interface ReconcilingPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  catalog: Catalog;
  clock: Clock;
}

export interface Reconciliation {
  balances: Balance[];
  differences: Difference[];
}

/** Hours, `to` exclusive. */
export interface Range {
  from: Partition;
  to: Partition;
}

const folders = { raw: RAW, events: EVENTS, quarantine: QUARANTINE };
const kinds = ['raw', 'events', 'quarantine'] as const;

const listed = async (store: ObjectStore, prefix: string): Promise<StoredObject[]> =>
  (await store.list(prefix)).filter(({ key }) => !isFolderMark(key));

const keyOf = (store: ObjectStore, location: string | undefined): string | undefined =>
  location?.startsWith(store.uri('')) ? location.slice(store.uri('').length) : location;

/**
 * One hour as it is now. The ledger is read first: what lands or is published while we look makes the hour look
 * ahead of the ledger, never as if something had gone.
 */
const look = async (
  partition: Partition,
  { store, partitionStates, catalog, clock }: ReconcilingPorts,
): Promise<Balance> => {
  const entry = await partitionStates.entry(partition);
  const [raw, parquet, quarantine, location] = await Promise.all([
    listed(store, rawFolder(partition)),
    listed(store, eventsFolder(partition)),
    listed(store, quarantineFolder(partition)),
    catalog.partitionLocation('events', partitionValues(partition)),
  ]);
  const stored: Stored = { partition, entry, raw, parquet, quarantine, location: keyOf(store, location) };
  return balanceOf(stored, clock.now());
};

/** A swap between two of our reads looks like a difference. One that is still there at a second look is one. */
const lookAgain = async (first: readonly Balance[], ports: ReconcilingPorts): Promise<Reconciliation> => {
  const balances = await mapAtMost(PARALLEL, first, (balance) =>
    balance.differences.length === 0 ? Promise.resolve(balance) : look(balance.partition, ports),
  );
  return { balances, differences: balances.flatMap(({ differences }) => differences) };
};

/** The balances of these hours: what state Reconcile does with those a run has built. */
export const reconcilePartitions = async (
  partitions: readonly Partition[],
  ports: ReconcilingPorts,
): Promise<Reconciliation> =>
  lookAgain(await mapAtMost(PARALLEL, partitions, (partition) => look(partition, ports)), ports);

const inRange = (partition: Partition, range: Range | undefined): boolean =>
  range === undefined || (partition >= range.from && partition < range.to);

/** Days of the range that have a folder of this kind: an empty year costs one listing. */
const foldersOf = async (
  store: ObjectStore,
  kind: (typeof kinds)[number],
  range: Range | undefined,
): Promise<string[]> => {
  const days = await store.listFolders(folders[kind]);
  return days.filter((folder) => {
    const day = dayOfKey(folder);
    if (range === undefined) return true;
    return day !== undefined && day >= dayOf(range.from) && day <= dayOf(range.to);
  });
};

type Objects = Record<(typeof kinds)[number], Map<Partition, StoredObject[]>>;

const objectsOf = async (store: ObjectStore, range: Range | undefined): Promise<Objects> => {
  const found: Objects = { raw: new Map(), events: new Map(), quarantine: new Map() };
  const folders = await Promise.all(
    kinds.map(async (kind) => (await foldersOf(store, kind, range)).map((folder) => ({ kind, folder }))),
  );
  await mapAtMost(2 * PARALLEL, folders.flat(), async ({ kind, folder }) => {
    for (const object of await listed(store, folder)) {
      const partition = partitionOfKey(object.key);
      if (partition === undefined || !inRange(partition, range)) continue;
      const others = found[kind].get(partition) ?? [];
      others.push(object);
      found[kind].set(partition, others);
    }
  });
  return found;
};

/** All that is stored of every hour in the range of which anything is stored anywhere, ascending. */
export const storedIn = async (
  range: Range | undefined,
  { store, partitionStates, catalog }: Pick<ReconcilingPorts, 'store' | 'partitionStates' | 'catalog'>,
): Promise<Stored[]> => {
  const entries = new Map<Partition, LedgerEntry>();
  const all =
    range === undefined
      ? await partitionStates.allEntries()
      : await partitionStates.entries(range.from, range.to);
  for (const entry of all) entries.set(entry.partition, entry);
  const [objects, published] = await Promise.all([
    objectsOf(store, range),
    catalog.partitionLocations('events', range?.from.slice(0, 10), range?.to.slice(0, 10)),
  ]);
  const locations = new Map(
    published
      .map(({ values, location }) => [partitionOfValues(values), location] as const)
      .filter(([partition]) => inRange(partition, range)),
  );
  const everywhere = [entries, ...Object.values(objects), locations].flatMap((map) => [...map.keys()]);
  return [...new Set(everywhere)].sort().map((partition) => ({
    partition,
    entry: entries.get(partition),
    raw: objects.raw.get(partition) ?? [],
    parquet: objects.events.get(partition) ?? [],
    quarantine: objects.quarantine.get(partition) ?? [],
    location: keyOf(store, locations.get(partition)),
  }));
};

/** The balances of every hour of the range (or of all time) of which anything is stored anywhere. */
export const reconcileRange = async (
  range: Range | undefined,
  ports: ReconcilingPorts,
): Promise<Reconciliation> => {
  const stored = await storedIn(range, ports);
  const now = ports.clock.now();
  return lookAgain(
    stored.map((one) => balanceOf(one, now)),
    ports,
  );
};

/** `2026-11-01T05, raw: …`, as people read it. */
export const describe = ({ partition, stage, message }: Difference): string =>
  `${partition}, ${stage}: ${message}`;

/** Throws BalanceBroken that names stage and partition of the first differences. */
export const assertBalanced = (differences: readonly Difference[]): void => {
  if (differences.length === 0) return;
  const more = differences.length > NAMED ? `; and ${differences.length - NAMED} more` : '';
  const named = differences.slice(0, NAMED).map(describe).join('; ');
  throw new HeadraceError(
    'BalanceBroken',
    `What is stored does not add up: ${named}${more}. headrace reconcile shows all; docs/guides/reconcile.md says what to do.`,
  );
};
