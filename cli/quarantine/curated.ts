import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { DAY_MS, utcDay } from '../../src/json/instants.ts';
import type { Candidate } from './plan.ts';

/** A statement may have 262,144 bytes, and an id 256 characters of up to four. */
const IDS_A_QUERY = 200;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * The days in which an event of these rows may stand already, sent right by its client since: from the event's own
 * day or the day of the row, whichever is first, to now (a clock may be ahead by a day).
 */
export const daysToLook = (candidates: readonly Candidate[], now: Date): { from: string; to: string } => {
  const days = candidates.flatMap(({ day, row }) => [day, row.day]).sort();
  const tomorrow = utcDay(now.getTime() + DAY_MS);
  const last = days.at(-1) ?? tomorrow;
  return { from: days[0] ?? tomorrow, to: last > tomorrow ? last : tomorrow };
};

/** Which of the candidates' event ids are in the table of events. */
export const curatedIds = async (
  access: StageAccess,
  candidates: readonly Candidate[],
  now: Date,
  signal: AbortSignal,
): Promise<Set<string>> => {
  const found = new Set<string>();
  const { from, to } = daysToLook(candidates, now);
  for (let start = 0; start < candidates.length; start += IDS_A_QUERY) {
    const ids = candidates.slice(start, start + IDS_A_QUERY).map(({ eventId }) => quoted(eventId));
    const sql = `SELECT event_id FROM events
WHERE dt BETWEEN '${from}' AND '${to}' AND event_id IN (${ids.join(', ')})`;
    for (const [id] of (await runQuery(access, sql, signal)).rows) if (id) found.add(id);
  }
  return found;
};
