import type { Query } from '../../ports/database.ts';
import { type EventRow, keyOf } from './row.ts';
import { type DatabaseColumn, EVENTS_TABLE, HOURS_TABLE, identifier, REFUSED_TABLE } from './schema.ts';
import { describeRefusal, refusesRow } from './sqlState.ts';

interface RefusedRow<Row extends EventRow> {
  row: Row;
  detail: string;
}

export interface Inserted<Row extends EventRow> {
  /** rows that were not there before */
  inserted: number;
  refused: RefusedRow<Row>[];
}

/**
 * One statement for any number of rows: each column is an array of texts, cast here. Rows that are there already change
 * nothing, and the counters of the hours grow by those that were not. In the order of the key, so that two transactions
 * with the same events wait for each other and never both.
 */
const insertSql = (columns: readonly DatabaseColumn[]): string => {
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  return `WITH sent AS (
  SELECT * FROM unnest(${columns.map((_, at) => `$${at + 1}::text[]`).join(', ')}) AS t(${names})
), inserted AS (
  INSERT INTO ${EVENTS_TABLE} (${names})
  SELECT ${columns.map(({ name, type }) => `${identifier(name)}::${type}`).join(', ')} FROM sent
  ORDER BY dt, hr, source, event_id
  ON CONFLICT DO NOTHING
  RETURNING dt, hr
), counted AS (
  INSERT INTO ${HOURS_TABLE} (dt, hr, rows) SELECT dt, hr, count(*) FROM inserted GROUP BY dt, hr ORDER BY dt, hr
  ON CONFLICT (dt, hr) DO UPDATE SET rows = hours.rows + excluded.rows
)
SELECT count(*) AS inserted FROM inserted`;
};

const noteRefused = `INSERT INTO ${REFUSED_TABLE} (dt, hr, key, reason)
SELECT dt::date, hr::smallint, key, reason FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS t(dt, hr, key, reason)
ORDER BY dt, hr, key ON CONFLICT DO NOTHING`;

const SAVEPOINT = 'rows_tried';

/** Tries all rows at once. If the database refuses one, each half by itself, until the row is found. */
const tryRows = async <Row extends EventRow>(
  query: Query,
  sql: string,
  columns: number,
  rows: readonly Row[],
): Promise<Inserted<Row>> => {
  const [row] = rows;
  if (row === undefined) return { inserted: 0, refused: [] };
  await query(`SAVEPOINT ${SAVEPOINT}`);
  try {
    const arrays = Array.from({ length: columns }, (_, at) => rows.map(({ values }) => values[at] ?? null));
    const [found] = await query(sql, arrays);
    await query(`RELEASE SAVEPOINT ${SAVEPOINT}`);
    return { inserted: Number(found?.inserted ?? 0), refused: [] };
  } catch (error) {
    if (!refusesRow(error)) throw error;
    await query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`);
    await query(`RELEASE SAVEPOINT ${SAVEPOINT}`);
    if (rows.length === 1) return { inserted: 0, refused: [{ row, detail: describeRefusal(error) }] };
  }
  const half = Math.ceil(rows.length / 2);
  const first = await tryRows(query, sql, columns, rows.slice(0, half));
  const second = await tryRows(query, sql, columns, rows.slice(half));
  return {
    inserted: first.inserted + second.inserted,
    refused: [...first.refused, ...second.refused],
  };
};

const NUL = 'PostgreSQL does not take it: it holds the character U+0000';

/**
 * Inserts rows, within a transaction. Those that the database refuses are noted there and given back. A character U+0000
 * is seen here: a sender who has one in every event would cost a search for each.
 */
export const insertRows = async <Row extends EventRow>(
  query: Query,
  columns: readonly DatabaseColumn[],
  rows: readonly Row[],
): Promise<Inserted<Row>> => {
  const possible = rows.filter(({ hasNul }) => !hasNul);
  const { inserted, refused: found } = await tryRows(query, insertSql(columns), columns.length, possible);
  const refused = [...rows.filter(({ hasNul }) => hasNul).map((row) => ({ row, detail: NUL })), ...found];
  if (refused.length > 0) {
    await query(noteRefused, [
      refused.map(({ row }) => row.values[0]),
      refused.map(({ row }) => row.values[1]),
      refused.map(({ row }) => keyOf(row)),
      refused.map(({ detail }) => detail),
    ]);
  }
  return { inserted, refused };
};
