import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseQuery, TrinoError, translateStatement, hiveType as trinoType } from 'headrace-trino';
import type { QueryCounts } from '../../src/backfill/cost.ts';
import { renderDays } from '../../src/etl/renderDays.ts';
import {
  eventsTable,
  martTables,
  quarantineTable,
  rawEventsTable,
  type Table,
} from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';

/** A query of queries/ and the columns that it reads, for each time that it reads `events`. */
export interface RunQuery {
  name: string;
  scans: string[][];
}

/** The queries that a run of the etl starts. */
export interface RunQueries {
  checks: RunQuery[];
  warnings: RunQuery[];
  marts: RunQuery[];
}

const FOLDER = fileURLToPath(new URL('../../queries/', import.meta.url));

const definition = ({ name, columns, partitionKeys }: Table) => ({
  database: 'headrace',
  name,
  columns: [
    ...columns.map((column) => ({ name: column.name, type: trinoType(hiveType(column.type)) })),
    ...partitionKeys.map((key) => ({
      name: key.name,
      type: trinoType(hiveType(key.type)),
      partition: true,
    })),
  ],
});

const tables = new Map(
  [eventsTable, rawEventsTable, quarantineTable, ...martTables].map((table) => [
    table.name,
    definition(table),
  ]),
);
const stored = eventsTable.columns.map(({ name }) => name);

/**
 * For each scan of `events` the columns that Athena SQL reads there, nested ones whole; other tables are small or not
 * known. Of a view, or of what the emulator's Trino does not take, all columns are taken to be read.
 */
export const columnsRead = (sql: string): string[][] => {
  try {
    const { scans } = translateStatement(parseQuery(sql), {
      table: ([name = '']) => {
        const found = tables.get(name.toLowerCase());
        if (found === undefined) throw new TrinoError('TABLE_NOT_FOUND', name);
        return found;
      },
      database: 'headrace',
      now: new Date(0),
    });
    const ours = scans.filter(({ table }) => table.name === eventsTable.name);
    return ours.map(({ used }) => stored.filter((name) => used.has(name)));
  } catch (error) {
    if (error instanceof TrinoError) return [[...stored]];
    throw error;
  }
};

/** Not src/etl/queries.ts, whose texts only a bundle holds; a test there says which file is not listed. */
const queriesIn = (kind: keyof RunQueries): RunQuery[] =>
  readdirSync(FOLDER + kind)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(`${FOLDER}${kind}/${file}`, 'utf8');
      return { name: file.replace(/\.sql$/, ''), scans: columnsRead(renderDays(sql, ['2026-11-01'])) };
    });

let known: RunQueries | undefined;

/** Read once: the grammar takes its time. */
export const runQueries = (): RunQueries => {
  known ??= { checks: queriesIn('checks'), warnings: queriesIn('warnings'), marts: queriesIn('marts') };
  return known;
};

export const countsOf = ({ checks, warnings, marts }: RunQueries): QueryCounts => ({
  checks: checks.length,
  warnings: warnings.length,
  marts: marts.length,
});
