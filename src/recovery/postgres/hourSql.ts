import { KEY_SEPARATOR } from '../../lake/eventKey.ts';
import { EVENTS_TABLE, HOURS_TABLE, REFUSED_TABLE } from '../../sinks/postgres/schema.ts';

/** SQL about one hour: its day is $1, its hour $2. */

const OF_HOUR = 'dt = $1::date AND hr = $2::smallint';

/** As `keyOf` of an event, and as DuckDB has it in src/build/engine/curated.ts. */
const KEY = `md5(source || chr(${KEY_SEPARATOR}) || event_id)`;

/** Refused events count as there: nothing else can be done for them. */
const keys = `SELECT ${KEY} AS key FROM ${EVENTS_TABLE} WHERE ${OF_HOUR}
UNION SELECT key FROM ${REFUSED_TABLE} WHERE ${OF_HOUR}`;

export const listBuckets = `SELECT substr(key, 1, 2) AS bucket, count(*) AS rows,
  sum(('x' || substr(key, 3, 14))::bit(56)::bigint) AS digest FROM (${keys}) AS k GROUP BY 1`;

export const listKeys = `SELECT key FROM (${keys}) AS k WHERE substr(key, 1, 2) = ANY ($3::text[])`;

/** Of these keys the rows that the collector took before $4. */
const OLD_ROWS = `${OF_HOUR} AND ${KEY} = ANY ($3::text[]) AND received_at < $4::timestamptz`;

export const countOldRows = `SELECT count(*) AS rows FROM ${EVENTS_TABLE} WHERE ${OLD_ROWS}`;
export const deleteOldRows = `DELETE FROM ${EVENTS_TABLE} WHERE ${OLD_ROWS}`;
export const deleteRefused = `DELETE FROM ${REFUSED_TABLE} WHERE ${OF_HOUR} AND key = ANY ($3::text[])`;

/** Before counting: whoever inserts into the hour adds to its counter after us, and whoever has is visible by then. */
export const lockHour = `INSERT INTO ${HOURS_TABLE} AS hours (dt, hr) VALUES ($1::date, $2::smallint)
ON CONFLICT (dt, hr) DO UPDATE SET rows = hours.rows`;

export const recount = `UPDATE ${HOURS_TABLE}
SET rows = (SELECT count(*) FROM ${EVENTS_TABLE} WHERE ${OF_HOUR}), build = $3, compared_at = now() WHERE ${OF_HOUR}`;

export const listHours = `SELECT dt, hr, h.rows, build,
  (SELECT count(*) FROM ${REFUSED_TABLE} AS r WHERE r.dt = h.dt AND r.hr = h.hr) AS refused
FROM ${HOURS_TABLE} AS h`;
