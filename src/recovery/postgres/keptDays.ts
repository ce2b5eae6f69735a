import { nextDay } from '../../lake/partition.ts';
import type { Database } from '../../ports/database.ts';
import { EVENTS_TABLE, HOURS_TABLE, identifier, REFUSED_TABLE, SCHEMA } from '../../sinks/postgres/schema.ts';

/** Tables of days, and whether they are still part of the events. One that is only half taken out says so. */
const listDays = `SELECT c.relname AS name, i.inhrelid IS NOT NULL AS attached, coalesce(i.inhdetachpending, false) AS pending
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = '${EVENTS_TABLE}'::regclass
WHERE c.relnamespace = '${SCHEMA}'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^events_[0-9]{8}$' ORDER BY 1`;

/** `2026-11-01` → `events_20261101` */
const tableOfDay = (day: string): string => `events_${day.replaceAll('-', '')}`;

const firstDays = (from: string, count: number): string[] => {
  const days = [from];
  for (let day = from; days.length < count; days.push(day)) day = nextDay(day);
  return days;
};

export const makeDays = async ({ query }: Database, days: readonly string[]): Promise<void> => {
  if (days.length > 0) await query(`SELECT ${SCHEMA}.make_days($1::date[])`, [days]);
};

/** Today, tomorrow and the day after: an hour of clocks ahead, and a run that does not come. */
const AHEAD = 3;

export const makeNextDays = (database: Database, today: string): Promise<void> =>
  makeDays(database, firstDays(today, AHEAD));

/**
 * Drops the days before the first that is kept; returns their tables. Taken out first without keeping readers waiting, which
 * is why this is no transaction. Interrupted, it goes on in the next run.
 */
export const dropOldDays = async ({ query }: Database, firstKept: string): Promise<string[]> => {
  const old = (await query(listDays)).filter(({ name }) => (name ?? '') < tableOfDay(firstKept));
  for (const { name, attached, pending } of old) {
    const table = `${SCHEMA}.${identifier(name ?? '')}`;
    if (pending === 't') await query(`ALTER TABLE ${EVENTS_TABLE} DETACH PARTITION ${table} FINALIZE`);
    else if (attached === 't')
      await query(`ALTER TABLE ${EVENTS_TABLE} DETACH PARTITION ${table} CONCURRENTLY`);
    await query(`DROP TABLE ${table}`);
  }
  for (const table of [HOURS_TABLE, REFUSED_TABLE])
    await query(`DELETE FROM ${table} WHERE dt < $1::date`, [firstKept]);
  return old.map(({ name }) => name ?? '');
};
