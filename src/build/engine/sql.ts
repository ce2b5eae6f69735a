import { catalogColumns } from '../../events/columnCatalog.ts';
import { MAX_ID_LENGTH, MAX_NAME_LENGTH, SCHEMA_VERSION } from '../../events/envelope.ts';
import { knownEventTypes } from '../../events/registry.ts';
import type { Partition } from '../../lake/partition.ts';
import { firstReceived, lineHead } from '../../tables/eventLine.ts';
import { eventsTable } from '../../tables/tables.ts';
import { selectTyped } from '../../tables/typing/duckdb.ts';
import { literal, macrosFor } from '../../tables/typing/duckdbValues.ts';

/**
 * What DuckDB is told to build one partition: `stage` is filled from plain NDJSON files, checked, deduplicated, then
 * written in order. Nothing is inferred, and no bad line is ignored: it either stops a statement or is not `ok`.
 */

const list = (texts: readonly string[]): string => `[${texts.map(literal).join(', ')}]`;

export const prepareStatements: readonly string[] = [
  ...macrosFor(catalogColumns),
  `CREATE TABLE stage (
     file BIGINT, ok BOOLEAN, event_id VARCHAR, event_name VARCHAR, event_time TIMESTAMP_MS, received_at TIMESTAMP_MS,
     source VARCHAR, user_id VARCHAR, anonymous_id VARCHAR, session_id VARCHAR, context VARCHAR, properties VARCHAR,
     schema_version VARCHAR)`,
];

/**
 * Lines as the collector writes them, cut at its keys: `context` and `properties` keep every byte (JSON readers would
 * shorten digits). That the cuts are right is proven by each piece being valid JSON by itself.
 */
const cutLines = (paths: readonly string[]): string => `
  SELECT file, context, properties, proper, CASE WHEN proper AND json_valid(head || '}') THEN head || '}' END AS head
  FROM (
    SELECT file, before[1] AS head, before[2] AS context, after[1] AS properties,
      len(halves) = 2 AND len(before) = 2 AND len(after) = 2 AND after[2] = '${JSON.stringify(SCHEMA_VERSION)}}' AS proper
    FROM (
      SELECT file, halves, string_split(halves[1], ',"context":') AS before,
        string_split(halves[2], ',"schema_version":') AS after
      FROM (
        SELECT file_index AS file, string_split(json::VARCHAR, ',"properties":') AS halves
        FROM read_ndjson_objects(${list(paths)}))))`;

/** What DuckDB's JSON reader lets pass although it is not JSON; in a string it only costs the second reading. */
const lenient = (text: string): string =>
  ['NaN', 'Infinity', ',}', ',]'].map((sign) => `contains(${text}, '${sign}')`).join(' OR ');

/**
 * Fills `stage` from files of lines. `ok` is true only for a line that is an event of this partition beyond doubt;
 * a file with any other is read again, line by line, by src/build/engine/exactLines.ts. A line that is not JSON at all
 * stops the statement with an `Invalid Input Error`.
 *
 * Writing the head anew from what was read of it gives the same text only if each key is there once, in order, with a
 * string or null: one comparison for all of it. (A control character that DuckDB escapes in another way than the
 * collector costs its file the second reading.)
 */
export const stageLines = (partition: Partition, paths: readonly string[], firstFile: number): string => `
INSERT INTO stage
SELECT file + ${firstFile}, coalesce(
    proper AND to_json(e)::VARCHAR = head
    AND starts_with(context, '{') AND json_valid(context) AND starts_with(properties, '{') AND json_valid(properties)
    AND strlen(e.event_id) BETWEEN 1 AND ${MAX_ID_LENGTH} AND strlen(e.event_name) BETWEEN 1 AND ${MAX_NAME_LENGTH} AND e.source <> ''
    AND e.event_time LIKE '${partition}:__:__.___Z' AND e.received_at LIKE '____-__-__T__:__:__.___Z'
    AND event_time IS NOT NULL AND received_at IS NOT NULL
    AND NOT (${lenient('properties')} OR ${lenient('context')}),
  false),
  e.event_id, e.event_name, event_time, received_at, e.source, e.user_id, e.anonymous_id, e.session_id,
  context, properties, ${literal(SCHEMA_VERSION)}
FROM (
  SELECT *, TRY_CAST(e.event_time AS TIMESTAMP)::TIMESTAMP_MS AS event_time,
    TRY_CAST(e.received_at AS TIMESTAMP)::TIMESTAMP_MS AS received_at
  FROM (
    SELECT *, from_json(head, ${literal(JSON.stringify(Object.fromEntries(lineHead.map((name) => [name, 'VARCHAR']))))}) AS e
    FROM (${cutLines(paths)})))`;

/** Fills `stage` from a file that exactLines.ts wrote: valid events, `context` and `properties` as JSON strings. */
export const stageExact = (path: string, file: number): string => `
INSERT INTO stage
SELECT ${file}, true, event_id, event_name, CAST(event_time AS TIMESTAMP), CAST(received_at AS TIMESTAMP), source,
  user_id, anonymous_id, session_id, context, properties, schema_version
FROM read_json(${literal(path)}, format = 'newline_delimited', columns = {${[...lineHead, 'context', 'properties', 'schema_version'].map((name) => `${name}: 'VARCHAR'`).join(', ')}})`;

export const countByFile = (firstFile: number): string =>
  `SELECT file, count(*) AS rows, bool_and(ok) AS ok FROM stage WHERE file >= ${firstFile} GROUP BY file`;

export const dropFiles = (files: readonly number[]): string =>
  `DELETE FROM stage WHERE file IN (${files.join(', ')})`;

/**
 * Moves what is staged to Parquet files in `folder`, a folder for each part. An id always falls into the same part: by
 * MD5, which no release of DuckDB changes, for a build that is tried again must write the same files.
 */
export const spool = (folder: string, parts: number): string => `
COPY (SELECT * EXCLUDE (file, ok), (md5_number_lower(event_id) % ${parts})::INTEGER AS part FROM stage)
TO ${literal(folder)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (part))`;

export const emptyStage = `TRUNCATE stage`;

/** Fills `stage` with one part of what was moved out of it. */
export const stagePart = (pattern: string): string => `
INSERT INTO stage BY NAME
SELECT 0 AS file, true AS ok, * FROM read_parquet(${literal(pattern)}, hive_partitioning = false)`;

/** Each source has ids of its own. */
export const dropDuplicates = `
DELETE FROM stage WHERE rowid IN (
  SELECT id FROM (
    SELECT rowid AS id, row_number() OVER (
      PARTITION BY source, event_id
      ORDER BY ${firstReceived.join(', ')}
    ) AS place
    FROM stage
    WHERE (source, event_id) IN (SELECT (source, event_id) FROM stage GROUP BY source, event_id HAVING count(*) > 1))
  WHERE place > 1)`;

export const countRows = `SELECT count(*) AS rows FROM stage`;

/** DuckDB's row group. */
const ROW_GROUP_ROWS = 122_880;

/**
 * Columns whose values come less than twice on the mean are written plainly: a Parquet dictionary of unique ids only
 * takes time and room. Those of visitors and sessions are worth theirs.
 */
const catalogEntries = (rows: number): number => Math.max(1, Math.floor(Math.min(rows, ROW_GROUP_ROWS) / 2));

/** DuckDB's own choice is 3: on events that is more time for a file that is larger than this one's. */
const ZSTD_LEVEL = 2;

const names = eventsTable.columns.map(({ name }) => `"${name}"`).join(', ');
// Sorted first: half the columns to move. The session keeps the order (preserve_insertion_order, the default).
const sorted = '(SELECT * FROM stage ORDER BY event_name, event_time, event_id, source)';
const sortedEvents = `SELECT ${names} FROM (${selectTyped(sorted, knownEventTypes.values())})`;

/** `rows`: how many are staged. */
export const writeParquet = (path: string, rows: number): string =>
  `COPY (${sortedEvents}) TO ${literal(path)}
(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${ZSTD_LEVEL}, DICTIONARY_SIZE_LIMIT ${catalogEntries(rows)})`;

/** Rows by the file's own footer. */
export const countParquet = (path: string): string =>
  `SELECT num_rows AS rows FROM parquet_file_metadata(${literal(path)})`;

/** More property names than this per event name are keys of somebody's map, not fields: the rest is not noted. */
export const MAX_PROPERTIES_LISTED = 500;

/** Event names whose properties are listed: those of the most events. An hour of more has ids in its names. */
const MAX_NAMES_LISTED = 200;

/** Top-level property names of each event name with their JSON type; nulls say nothing. */
export const listProperties = `
SELECT DISTINCT event_name, name, CASE kind
    WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array'
    ELSE 'number' END AS type
FROM (
  SELECT event_name, unnest(keys) AS name, unnest(kinds) AS kind
  FROM (SELECT DISTINCT event_name, json_keys(properties) AS keys, json_type(properties, '$.*') AS kinds FROM stage
    WHERE event_name IN (SELECT event_name FROM stage GROUP BY event_name ORDER BY count(*) DESC, event_name LIMIT ${MAX_NAMES_LISTED})))
WHERE kind <> 'NULL'
QUALIFY row_number() OVER (PARTITION BY event_name ORDER BY name, type) <= ${MAX_PROPERTIES_LISTED}
ORDER BY event_name, name, type`;

/** All that a build's rows follow from besides the raw objects: when it changes, every partition is built anew. */
export const tableDefinition: string = [
  ...prepareStatements,
  stageLines('<partition>', [], 0),
  stageExact('<path>', 0),
  dropDuplicates,
  writeParquet('<path>', ROW_GROUP_ROWS),
].join(';\n');

/** The same for what only builds of several parts do. */
export const partsDefinition: string = [spool('<folder>', 0), stagePart('<pattern>')].join(';\n');
