import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from '@jest/globals';
import { type CompiledEvents, compileEvents } from '../../compiler/events/compile.ts';
import { declaring, type ObservedProperty } from '../../src/tables/observedSchema.ts';
import { selectTyped } from '../../src/tables/typing/duckdb.ts';
import { literal, macrosFor } from '../../src/tables/typing/duckdbValues.ts';
import { faultsOf } from './faults.ts';

/** Event types of a test's own, by the names of their files; as if nothing had been deployed before. */
export const compiled = (files: Readonly<Record<string, string>>): CompiledEvents =>
  compileEvents(
    Object.entries(files).map(([name, text]) => ({ file: `events/${name}.yml`, text })),
    { lock: { eventTypes: [], columns: [] }, text: '' },
    new Map(),
  );

/** What is said of files of events/, all of it. */
export const eventFaults = (files: Readonly<Record<string, string>>): string[] =>
  faultsOf(() => compiled(files));

/** Whether a property is drift to these event types, or theirs. */
export const declaredIn = (
  { eventTypes, columns }: Pick<CompiledEvents, 'eventTypes' | 'columns'>,
  property: ObservedProperty,
): boolean => declaring(new Map(eventTypes.map((type) => [type.name, type])), columns)(property);

export interface TestEvent {
  name: string;
  properties: string;
  context?: string;
}

type Row = Record<string, unknown>;

const databases = new Map<object, Promise<{ connection: DuckDBConnection; close(): void }>>();

const open = async (columns: CompiledEvents['columns']) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const macro of macrosFor(columns)) await connection.run(macro);
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
};

/** One for each list of columns and file of tests: its macros take longer than what most tests ask. */
const databaseOf = (columns: CompiledEvents['columns']) => {
  const known = databases.get(columns);
  if (known !== undefined) return known;
  const opened = open(columns);
  databases.set(columns, opened);
  return opened;
};

afterAll(async () => {
  for (const database of databases.values()) (await database).close();
});

/** The typed columns and schema_errors of events, in their order, by the statement of a build. */
export const typedRows = async (
  { eventTypes, columns }: Pick<CompiledEvents, 'eventTypes' | 'columns'>,
  events: readonly TestEvent[],
): Promise<Row[]> => {
  const { connection } = await databaseOf(columns);
  const values = events.map(
    ({ name, properties, context = '{}' }, at) =>
      `(${at}, ${literal(name)}, ${literal(properties)}, ${literal(context)})`,
  );
  const from = `(SELECT * FROM (VALUES ${values.join(', ')}) AS t(place, event_name, properties, context))`;
  const names = [...columns.map(({ name }) => `"${name}"`), 'schema_errors'].join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT ${names} FROM (${selectTyped(from, eventTypes, columns)}) ORDER BY place`,
  );
  return reader.getRowObjectsJson();
};
