import type { CatalogColumn } from '../../events/eventType.ts';
import { envelopeColumns } from '../../tables/tables.ts';
import { postgresType } from '../../tables/types.ts';

/** The tables in PostgreSQL: their columns, and the statements that make them. docs/guides/postgres.md shows them to readers. */

export const SCHEMA = 'headrace';
export const EVENTS_TABLE = `${SCHEMA}.events`;
/** Rows per hour, counted in the transaction that inserts them. */
export const HOURS_TABLE = `${SCHEMA}.hours`;
/** Events that the database does not take: they are in quarantine. */
export const REFUSED_TABLE = `${SCHEMA}.refused`;

export interface DatabaseColumn {
  name: string;
  type: string;
}

const ofDay: readonly DatabaseColumn[] = [
  { name: 'dt', type: 'date' },
  { name: 'hr', type: 'smallint' },
];

/** JSON in the lake is text, since Parquet has no type for it. */
const ofEnvelope: readonly DatabaseColumn[] = envelopeColumns.map(({ name, type }) => ({
  name,
  type: name === 'context' || name === 'properties' ? 'jsonb' : postgresType(type),
}));

export const databaseColumns = (catalog: readonly CatalogColumn[]): DatabaseColumn[] => [
  ...ofDay,
  ...ofEnvelope,
  ...catalog.map(({ name, type }) => ({ name, type: postgresType(type) })),
];

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const PRIMARY_KEY = ['dt', 'hr', 'source', 'event_id'];

const columnText = ({ name, type }: DatabaseColumn): string =>
  `${identifier(name)} ${type}${PRIMARY_KEY.includes(name) ? ' NOT NULL' : ''}`;

/** One number for all that makes or changes tables: whoever holds it is the only one. */
export const SCHEMA_LOCK = 4_113_107;

/**
 * What is made once. A day's table is made by itself and attached then, because CREATE TABLE … PARTITION OF waits for every
 * query that reads the events, and all others wait behind it.
 */
export const createStatements = (columns: readonly DatabaseColumn[]): string[] => [
  `CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`,
  `CREATE TABLE IF NOT EXISTS ${EVENTS_TABLE} (
  ${columns.map(columnText).join(',\n  ')},
  PRIMARY KEY (${PRIMARY_KEY.join(', ')})
) PARTITION BY RANGE (dt)`,
  `CREATE TABLE IF NOT EXISTS ${HOURS_TABLE} (
  dt date, hr smallint, rows bigint NOT NULL DEFAULT 0, build text, compared_at timestamptz, PRIMARY KEY (dt, hr))`,
  `CREATE TABLE IF NOT EXISTS ${REFUSED_TABLE} (
  dt date, hr smallint, key text, reason text NOT NULL, refused_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dt, hr, key))`,
  // The writer may make the table of a day, and no other: this runs with the rights of its owner.
  `CREATE OR REPLACE FUNCTION ${SCHEMA}.make_days(days date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  day date;
  name text;
BEGIN
  FOREACH day IN ARRAY days LOOP
    name := 'events_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('${SCHEMA}.' || name) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(${SCHEMA_LOCK});
    CONTINUE WHEN to_regclass('${SCHEMA}.' || name) IS NOT NULL;
    EXECUTE format('CREATE TABLE ${SCHEMA}.%I (LIKE ${EVENTS_TABLE} INCLUDING ALL)', name);
    EXECUTE format('ALTER TABLE ${EVENTS_TABLE} ATTACH PARTITION ${SCHEMA}.%I FOR VALUES FROM (%L) TO (%L)',
      name, day, day + 1);
  END LOOP;
END $$`,
  `REVOKE ALL ON FUNCTION ${SCHEMA}.make_days(date[]) FROM PUBLIC`,
];

export const addColumns = (columns: readonly DatabaseColumn[]): string =>
  `ALTER TABLE ${EVENTS_TABLE} ${columns.map((column) => `ADD COLUMN ${columnText(column)}`).join(', ')}`;

export const writerGrants = (role: string): string[] => [
  `GRANT USAGE ON SCHEMA ${SCHEMA} TO ${identifier(role)}`,
  `GRANT SELECT, INSERT ON ${EVENTS_TABLE}, ${REFUSED_TABLE} TO ${identifier(role)}`,
  `GRANT SELECT, INSERT, UPDATE ON ${HOURS_TABLE} TO ${identifier(role)}`,
  `GRANT EXECUTE ON FUNCTION ${SCHEMA}.make_days(date[]) TO ${identifier(role)}`,
];

export const readerGrants = (role: string): string[] => [
  `GRANT USAGE ON SCHEMA ${SCHEMA} TO ${identifier(role)}`,
  `GRANT SELECT ON ${EVENTS_TABLE}, ${HOURS_TABLE} TO ${identifier(role)}`,
];
