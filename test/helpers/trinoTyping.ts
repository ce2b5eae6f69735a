import { afterAll } from '@jest/globals';
import { createEngine, duckType, hiveType, parseQuery, quoted, translateStatement } from 'headrace-trino';
import type { CompiledEvents } from '../../compiler/events/compile.ts';
import { literal } from '../../src/tables/typing/duckdbValues.ts';
import { typedInTrino } from '../../src/tables/typing/trino.ts';
import type { TestEvent } from './ownProject.ts';

/** The typed columns of events by the rule in Trino's dialect, run by packages/trino. */

let opened: ReturnType<typeof createEngine> | undefined;

const engine = () => {
  opened ??= createEngine({ folders: [] });
  return opened;
};
afterAll(async () => (await opened)?.closeSync());

const table = {
  database: 'lake',
  name: 'sent',
  columns: [
    { name: 'place', type: hiveType('bigint') },
    ...['event_name', 'properties', 'context'].map((name) => ({ name, type: hiveType('string') })),
  ],
};

/** A query over the table `sent`: place, event_name, properties, context. */
export const typingQuery = ({
  eventTypes,
  columns,
}: Pick<CompiledEvents, 'eventTypes' | 'columns'>): string => {
  const names = { name: 'event_name', properties: 'properties', context: 'context' };
  const typed = typedInTrino('SELECT * FROM sent', names, eventTypes, columns);
  const list = typed.columns.map(({ name, sql }) => `${sql} "${name}"`);
  return `SELECT ${[...list, `${typed.schemaErrors} schema_errors`].join(',')} FROM (${typed.from}) ORDER BY place`;
};

export const typedRowsInTrino = async (
  project: Pick<CompiledEvents, 'eventTypes' | 'columns'>,
  events: readonly TestEvent[],
): Promise<Record<string, unknown>[]> => {
  const connection = await (await engine()).connect();
  const { sql, columns, scans } = translateStatement(parseQuery(typingQuery(project)), {
    table: () => table,
    database: 'lake',
    now: new Date(0),
  });
  const rows = events.map(
    ({ name, properties, context = '{}' }, at) =>
      `(${[at, literal(name), literal(properties), literal(context)].join(',')})`,
  );
  const types = table.columns.map(
    ({ name, type }) => `CAST(${name} AS ${duckType(type)}) AS ${quoted(name)}`,
  );
  for (const { id } of scans)
    await connection.run(
      `CREATE TEMP VIEW ${id} AS SELECT ${types.join(',')}, '' AS "$path" FROM (VALUES ${rows.join(',')}) AS t(${table.columns.map(({ name }) => name).join(',')})`,
    );
  const read = await connection.runAndReadAll(sql);
  connection.closeSync();
  return read.getRowsJson().map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
};
