import { SCHEMA_VERSION } from '../events/envelope.ts';
import {
  quarantineLinesTable,
  quarantineTable,
  rawEventsTable,
  rawLinesTable,
  type Table,
} from './tables.ts';

/**
 * The views over tables of lines, in Trino's SQL: `raw_events` and `quarantine`. Each line that is not empty is a row,
 * whatever stands in it.
 */

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Trino's, and true or false for every text. */
const isJson = (sql: string): string => `try(json_parse(${sql})) IS NOT NULL`;

/** Names of the columns that the table below gives as they are. */
const passed = (table: Table): string[] => ['line', 'path', ...table.partitionKeys.map(({ name }) => name)];

const scalar = (json: string, name: string): string => `json_extract_scalar(${json}, '$.${name}') AS ${name}`;

const linesOf = (table: Table): string =>
  `SELECT line, "$path" AS path, dt, hr FROM ${table.name} WHERE line <> ''`;

const list = (columns: readonly string[]): string => columns.join(', ');

const CONTEXT = ',"context":';
const PROPERTIES = ',"properties":';
/** The end of each line that the collector writes. */
const END = `,"schema_version":${JSON.stringify(SCHEMA_VERSION)}}`;

const pass = list(passed(rawEventsTable));

const isOurs = `line LIKE ${text(`%${END.replaceAll('_', '\\_')}`)} ESCAPE '\\'`;
const behindContext = `substr(line, place + ${CONTEXT.length}, length(line) - place - ${CONTEXT.length + END.length - 1})`;

/**
 * A line of the collector's cut at its keys: `head` is what stands before `context`, as an object, and `halves` is the
 * rest, cut wherever a key `properties` is. In valid JSON these texts are keys: a quote within a string has a backslash
 * before it.
 */
const cutLines = `
SELECT ${pass}, substr(line, 1, place - 1) || '}' AS head,
  split(${behindContext}, ${text(PROPERTIES)}) AS halves
FROM (
  SELECT ${pass}, CASE WHEN ${isOurs} THEN strpos(line, ${text(CONTEXT)}) ELSE 0 END AS place
  FROM (${linesOf(rawLinesTable)}))`;

/**
 * Of several keys `properties` the event's own is the one behind those of its context, which are counted in what Trino
 * writes of the context.
 */
const inContext = `CASE WHEN cardinality(halves) > 2 THEN
    cardinality(split(json_format(json_extract(line, '$.context')), ${text(PROPERTIES)})) ELSE 1 END`;

const part = (from: string, count: string): string =>
  `array_join(slice(halves, ${from}, ${count}), ${text(PROPERTIES)})`;

/** `context` and `properties` as bytes of the line: Trino would write numbers anew. */
const cutEvents = `
SELECT ${pass}, head, ${part('1', 'place')} AS context, ${part('place + 1', 'cardinality(halves)')} AS properties
FROM (SELECT ${pass}, head, halves, ${inContext} AS place FROM (${cutLines}))`;

/** That the cuts are right is proven by each piece being valid JSON by itself. */
const isCut = ['head', 'context', 'properties']
  .map((piece) => `starts_with(${piece}, '{') AND ${isJson(piece)}`)
  .join(' AND ');

/** What of a line is asked for members: of a line of another writer all of it, and of one that is not JSON nothing. */
const provenEvents = `
SELECT ${pass}, context, properties, is_cut,
  CASE WHEN is_cut THEN head WHEN ${isJson('line')} THEN line END AS json
FROM (SELECT ${pass}, head, context, properties, ${isCut} AS is_cut FROM (${cutEvents}))`;

const cutOr = (name: string): string =>
  `CASE WHEN is_cut THEN ${name} ELSE nullif(json_format(json_extract(json, '$.${name}')), 'null') END AS ${name}`;

const eventColumn = (name: string): string => {
  if (name === 'context' || name === 'properties') return cutOr(name);
  if (name !== 'schema_version') return scalar('json', name);
  return `CASE WHEN is_cut THEN ${text(SCHEMA_VERSION)} ELSE json_extract_scalar(json, '$.${name}') END AS ${name}`;
};

const own = (view: Table): string[] =>
  view.columns.map(({ name }) => name).filter((name) => !passed(view).includes(name));

export const rawEventsSql = `SELECT ${list([...own(rawEventsTable).map(eventColumn), pass])}
FROM (${provenEvents})`;

const rejected = own(quarantineTable).map((name) => scalar('json', name));

export const quarantineSql = `SELECT ${list([...rejected, ...passed(quarantineTable)])}
FROM (SELECT ${list(passed(quarantineTable))}, CASE WHEN ${isJson('line')} THEN line END AS json
  FROM (${linesOf(quarantineLinesTable)}))`;
