import type { EventType } from '../events/eventType.ts';
import { archiveLinesTable, envelopeColumns, eventsTable, type TableColumn } from './tables.ts';
import { quoted } from './typing/duckdbMembers.ts';
import { literal } from './typing/duckdbValues.ts';

/** Columns of an event type's view: the envelope, its own columns, JSON and partition keys last. */
export const viewColumns = (type: EventType): TableColumn[] => {
  // The first two say the same in every row; the others are long, and last where people look last.
  const left = new Set(['event_name', 'schema_version', 'context', 'properties', 'schema_errors']);
  return [
    ...envelopeColumns.filter(({ name }) => !left.has(name)),
    ...eventsTable.columns.filter(({ name }) => Object.hasOwn(type.columns, name)),
    ...envelopeColumns.filter(({ name }) => ['context', 'properties', 'schema_errors'].includes(name)),
    ...eventsTable.partitionKeys,
  ];
};

/** Trino SQL. `events` stands without its database: a view is resolved in its own. */
export const viewSql = (type: EventType): string => {
  const names = viewColumns(type).map(({ name }) => quoted(name));
  return `SELECT\n  ${names.join('\n, ')}\nFROM events\nWHERE "event_name" = ${literal(type.name)}`;
};

/** There with the param `archive`. Firehose ends every record with a line break, whether it has one already or not. */
export const archiveView = {
  name: 'archive',
  comment:
    'The stream as it came, duplicates included. Name dt (and hr) in WHERE: see docs/guides/archive.md',
  columns: [...archiveLinesTable.columns, ...archiveLinesTable.partitionKeys],
  sql: `SELECT "line", "dt", "hr"\nFROM archive_lines\nWHERE "line" <> ''`,
};

/** What Athena writes into a view's Glue table (`ViewOriginalText`): everything it needs to run it, in base64. */
export const prestoView = (
  { sql, columns }: { sql: string; columns: readonly { name: string; trino: string }[] },
  database: string,
): string => {
  const definition = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema: database,
    columns: columns.map(({ name, trino }) => ({ name, type: trino })),
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`;
};
