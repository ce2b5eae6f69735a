import { Client } from 'pg';
import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { comparePostgres } from '../../client/postgres.ts';
import { readerUrl } from '../../client/postgresReader.ts';
import { isNamed } from '../../src/aws/failures.ts';
import { EVENTS_TABLE } from '../../src/sinks/postgres/schema.ts';
import { isBehind } from '../../src/sinks/postgres/sqlState.ts';
import type { Told } from './told.ts';

/** What PostgreSQL holds at the end of a run, beside the table `events`. */
export interface PostgresComparison {
  rows: number;
  /** events that `events` has and PostgreSQL lacks */
  missing: string[];
  /** events that PostgreSQL has and `events` lacks */
  extra: string[];
  /** hours that differ as `headrace reconcile` counts them */
  differing: number;
  /** acknowledged ids that it lacked when all was delivered, and no run of the ETL had repaired it yet */
  notDelivered: string[];
}

/** How an event is known in both: hour, source and id. */
const EVENT_KEY = `dt || 'T' || hr || ' ' || source || ' ' || event_id`;

/** One value of every row, as applications read it. None where nothing has made tables and logins yet. */
const readRows = async (access: StageAccess, value: string): Promise<Set<string>> => {
  const client = new Client({ connectionString: await readerUrl(access) });
  try {
    await client.connect();
    const { rows } = await client.query<{ value: string }>(
      `SELECT ${value} AS value
       FROM (SELECT dt::text, lpad(hr::text, 2, '0') AS hr, source, event_id FROM ${EVENTS_TABLE}) AS e`,
    );
    return new Set(rows.map((row) => row.value));
  } catch (error) {
    if (isBehind(error)) return new Set();
    throw error;
  } finally {
    await client.end();
  }
};

/**
 * Acknowledged ids that PostgreSQL lacks; undefined where the stage has none. Asked when all was delivered and before a run of
 * the ETL brings what is missing, it says what the consumer has lost.
 */
export const notInPostgres = async (access: StageAccess, told: Told): Promise<string[] | undefined> => {
  try {
    const ids = await readRows(access, 'event_id');
    return [...told.acknowledged].filter((id) => !ids.has(id));
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
};

/** Holds PostgreSQL against the table `events`, event by event, and asks `headrace reconcile` for its opinion. */
export const compareRows = async (
  access: StageAccess,
  notDelivered: string[],
): Promise<PostgresComparison> => {
  const found = await readRows(access, EVENT_KEY);
  const { rows } = await runQuery(access, `SELECT ${EVENT_KEY} FROM events`);
  const curated = new Set(rows.map(([key]) => key ?? ''));
  return {
    rows: found.size,
    missing: [...curated.difference(found)],
    extra: [...found.difference(curated)],
    differing: (await comparePostgres(access))?.differing.length ?? 0,
    notDelivered,
  };
};
