import type { Facts } from './facts.ts';
import type { RawSighting } from './sightings.ts';
import type { HourState } from './state.ts';

/**
 * Where an event is. `missing`: it landed, its hour was built since, and it is neither in the table nor in quarantine:
 * something is broken. Of the others each is a known place.
 */
export type Whereabouts = 'table' | 'building' | 'waiting' | 'quarantined' | 'replayed' | 'missing';

export const isKnown = (place: Whereabouts): boolean => place !== 'missing';

/** When the published build of the hour began to read; undefined without a build, or without its record. */
export const buildBegan = ({ published, entry }: HourState): string | undefined => {
  const record = published?.record ?? entry?.committed ?? undefined;
  if (record === undefined) return undefined;
  return new Date(Date.parse(record.builtAt) - record.buildMs).toISOString();
};

/** Whether an object is still to be read by a build: it came after the last one began, or there was none. */
export const waits = (facts: Facts, raw: RawSighting): boolean => {
  const hour = facts.hours.find(({ partition }) => partition === raw.partition);
  if (hour?.published === undefined) return true;
  const began = buildBegan(hour);
  const written = facts.written.get(raw.key);
  // S3 keeps whole seconds: an object of the build's first second has been read, or the ledger is stale.
  if (began !== undefined && written !== undefined && written > began) return true;
  return hour.entry?.stale === true && facts.table.every(({ partition }) => partition !== raw.partition);
};

export const whereabouts = (facts: Facts): Whereabouts => {
  if (facts.table.length > 0) return 'table';
  const rejected = new Set(facts.quarantine.map(({ sequence }) => sequence));
  const open = facts.raw.filter(({ key }) => !rejected.has(key));
  const waiting = open.filter((raw) => waits(facts, raw));
  const locked = facts.hours.filter(({ lock }) => lock !== undefined).map(({ partition }) => partition);
  if (waiting.some(({ partition }) => locked.includes(partition))) return 'building';
  if (waiting.length > 0) return 'waiting';
  if (open.length > 0) return 'missing';
  if (facts.replays.some(({ outcome }) => outcome === 'accepted')) return 'replayed';
  return 'quarantined';
};
