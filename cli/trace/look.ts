import type { StageAccess } from '../../client/access.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import type { Days } from './days.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { adviceFor } from './show.ts';
import { type Scanned, Sightings } from './sightings.ts';

interface Found {
  /** one a source */
  facts: Facts[];
  scanned: Scanned;
  /** what it can mean that it is nowhere; none where it was found */
  advice: string[];
}

/** Looks for one event in all that is stored. */
export const lookFor = async (
  { eventId, source, days }: { eventId: string; source: string | undefined; days: Days },
  access: StageAccess,
  signal: AbortSignal,
): Promise<Found> => {
  const sightings = new Sightings(access, { eventId, source }, signal);
  const found = await gatherFacts(access, await openLakehouse(access), sightings, eventId, days);
  const facts = found.filter((one) => source === undefined || one.source === source || one.source === null);
  return { facts, scanned: sightings.scanned, advice: facts.length === 0 ? adviceFor(days, source) : [] };
};
