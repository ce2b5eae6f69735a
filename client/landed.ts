import { HOUR_MS, timestampOf } from '../src/json/instants.ts';
import { rawFolder } from '../src/lake/layout.ts';
import { partitionOf } from '../src/lake/partition.ts';
import type { ObjectStore } from '../src/ports/lake.ts';

/** How far back is looked: most events are of the hour they were sent in, or of the one before. */
export const HOURS_LOOKED_AT = 2;

/**
 * When the newest raw object of the last hours was written: events_now has all that had been sent a minute before. Two
 * listings, and no object is read. Undefined where those hours have none.
 */
export const lastLanded = async (store: ObjectStore, now: number): Promise<Date | undefined> => {
  const hours = Array.from({ length: HOURS_LOOKED_AT }, (_, back) =>
    rawFolder(partitionOf(timestampOf(now - back * HOUR_MS))),
  );
  const objects = (await Promise.all(hours.map((folder) => store.list(folder)))).flat();
  const newest = Math.max(...objects.map(({ lastModified }) => lastModified.getTime()));
  return Number.isFinite(newest) ? new Date(newest) : undefined;
};
