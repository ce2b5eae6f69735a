import { reservedWords } from './reservedWords.ts';

/** PostgreSQL, to which a stage may copy its events, cuts longer names; Glue, Athena and Parquet take more. */
export const LONGEST_NAME = 63;

/** Columns that every event has, and the partition keys. src/tables/tables.ts has them. */
export const envelopeNames: readonly string[] = [
  'event_id',
  'event_name',
  'event_time',
  'received_at',
  'source',
  'user_id',
  'anonymous_id',
  'session_id',
  'context',
  'properties',
  'schema_version',
  'schema_errors',
  'dt',
  'hr',
];

/** Tables of src/tables/tables.ts that are there whatever stands in queries/. */
export const tableNames: readonly string[] = [
  'events',
  'raw_lines',
  'quarantine_lines',
  'events_now',
  'raw_events',
  'quarantine',
  'archive_lines',
  'archive',
  'live_windows',
];

/** What the statements of a build call their own columns (src/build/engine/sql.ts, src/tables/typing/duckdb.ts). */
const ofTheBuild = /^(?:file|ok|kind|x|[jvxw]\d+(?:_\d+)?)$/;

/** `Order Completed` → order_completed; empty for what has no letter or digit of ASCII. */
export const snakeCase = (name: string): string =>
  name
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '');

export const isSnakeCase = (name: string): boolean => /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name);

/** What is wrong with the name of a file, a column or a field of a struct; undefined for a right one. */
const flawOf = (name: string): string | undefined => {
  if (!isSnakeCase(name)) {
    const better = snakeCase(name);
    return `a name is lower snake case, letters and digits of ASCII${better === '' ? '' : `: ${better}`}.`;
  }
  if (name.length > LONGEST_NAME)
    return `a name has at most ${LONGEST_NAME} characters, this has ${name.length}.`;
  if (reservedWords.has(name))
    return `this is a reserved word of SQL, which every query would have to quote: choose another name.`;
  return undefined;
};

export const fieldFlaw = flawOf;

export const columnFlaw = (name: string): string | undefined => {
  if (envelopeNames.includes(name))
    return 'every event has a column of this name already. Choose another name.';
  if (name === 'layer') return 'the view events_now has a column of this name. Choose another name.';
  if (ofTheBuild.test(name)) return 'a build uses this name itself. Choose another name.';
  return flawOf(name);
};

/** What queries/ makes tables and views of, by name: `mart` or `view`. */
export type Taken = ReadonlyMap<string, string>;

export const viewFlaw = (name: string, taken: Taken): string | undefined => {
  const what = tableNames.includes(name) ? 'table' : taken.get(name);
  return what === undefined
    ? flawOf(name)
    : `the view of an event type is called like its file, and there is a ${what} "${name}". Rename the file; the name of its events stands in it: name: ${name}`;
};

/** What is wrong with the name of a file of queries/windows, whose view is called like it. */
export const windowFlaw = (name: string, others: readonly string[]): string | undefined =>
  tableNames.includes(name) || others.includes(name)
    ? `the view of a window is called like its file, and there is a table or view "${name}". Rename the file.`
    : flawOf(name);

/** The file of the event type whose view has this name, from the project's folder. */
export const eventFileName = (view: string): string => `events/${view}.yml`;
