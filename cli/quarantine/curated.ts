import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { DAY_MS, utcDay } from '../../src/json/instants.ts';
import { type Candidate, eventKey } from './plan.ts';

/** A statement may have 262,144 bytes, and an id 256 characters of up to four. */
const IDS_A_QUERY = 200;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface Days {
  from: string;
  to: string;
}

/**
 * The days in which an event of these rows may stand already, sent right by its client since: from the event's own
 * day or the day of the row, whichever is first, to now (a clock may be ahead by a day).
 */
export const daysToLook = (candidates: readonly Candidate[], now: Date): Days => {
  const days = candidates.flatMap(({ day, row }) => [day, row.day]).sort();
  const tomorrow = utcDay(now.getTime() + DAY_MS);
  const last = days.at(-1) ?? tomorrow;
  return { from: days[0] ?? tomorrow, to: last > tomorrow ? last : tomorrow };
};

/**
 * Looks for the sources and the ids of some events, each by itself: it finds pairs of one's source and another's id as
 * well, which nobody asks for.
 */
export const curatedSql = (candidates: readonly Candidate[], { from, to }: Days): string => {
  const ids = candidates.map(({ eventId }) => quoted(eventId));
  const sources = new Set(candidates.map(({ row }) => quoted(row.source ?? '')));
  return `SELECT source, event_id FROM events
WHERE dt BETWEEN '${from}' AND '${to}' AND source IN (${[...sources].join(', ')}) AND event_id IN (${ids.join(', ')})`;
};

/** Which of the candidates' events are in the table of events, by their keys. */
export const curatedKeys = async (
  access: StageAccess,
  candidates: readonly Candidate[],
  now: Date,
  signal: AbortSignal,
): Promise<Set<string>> => {
  const found = new Set<string>();
  const days = daysToLook(candidates, now);
  for (let start = 0; start < candidates.length; start += IDS_A_QUERY) {
    const sql = curatedSql(candidates.slice(start, start + IDS_A_QUERY), days);
    for (const [source = null, id] of (await runQuery(access, sql, signal)).rows)
      if (id) found.add(eventKey(source, id));
  }
  return found;
};
