import { CONTEXT, cutLine } from './cutLine.ts';
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

/** Trino's, and true or false for every text. */
const isJson = (sql: string): string => `try(json_parse(${sql})) IS NOT NULL`;

/** Names of the columns that the table below gives as they are. */
const passed = (table: Table): string[] => ['line', 'path', ...table.partitionKeys.map(({ name }) => name)];

const scalar = (json: string, name: string): string => `json_extract_scalar(${json}, '$.${name}') AS ${name}`;

const linesOf = (table: Table): string =>
  `SELECT line, "$path" AS path, dt, hr FROM ${table.name} WHERE line <> ''`;

const list = (columns: readonly string[]): string => columns.join(', ');

const pass = list(passed(rawEventsTable));

/** What stands in a line of the collector before `context`, and behind `properties`, as objects. */
const HEAD = `substr(line, 1, head - ${CONTEXT.length}) || '}'`;
const END = `'{' || substr(line, length(line) - tail + 2)`;

const cutEvents = `
SELECT ${pass}, ${HEAD} AS head, ${END} AS tail, context, properties
FROM (${cutLine(linesOf(rawLinesTable))})`;

/** That the cuts are right is proven by each piece being valid JSON by itself. */
const isCut = ['head', 'context', 'properties', 'tail']
  .map((piece) => `starts_with(${piece}, '{') AND ${isJson(piece)}`)
  .join(' AND ');

/** What of a line is asked for members: of a line of another writer all of it, and of one that is not JSON nothing. */
const provenEvents = `
SELECT ${pass}, context, properties, is_cut,
  CASE WHEN is_cut THEN head WHEN ${isJson('line')} THEN line END AS json, CASE WHEN is_cut THEN tail END AS tail
FROM (SELECT ${pass}, head, tail, context, properties, coalesce(${isCut}, false) AS is_cut FROM (${cutEvents}))`;

const cutOr = (name: string): string =>
  `CASE WHEN is_cut THEN ${name} ELSE nullif(json_format(json_extract(json, '$.${name}')), 'null') END AS ${name}`;

const eventColumn = (name: string): string => {
  if (name === 'context' || name === 'properties') return cutOr(name);
  if (name !== 'schema_version') return scalar('json', name);
  return scalar('coalesce(tail, json)', name);
};

const own = (view: Table): string[] =>
  view.columns.map(({ name }) => name).filter((name) => !passed(view).includes(name));

export const rawEventsSql = `SELECT ${list([...own(rawEventsTable).map(eventColumn), pass])}
FROM (${provenEvents})`;

const rejected = own(quarantineTable).map((name) => scalar('json', name));

export const quarantineSql = `SELECT ${list([...rejected, ...passed(quarantineTable)])}
FROM (SELECT ${list(passed(quarantineTable))}, CASE WHEN ${isJson('line')} THEN line END AS json
  FROM (${linesOf(quarantineLinesTable)}))`;
