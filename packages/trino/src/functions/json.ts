import { pathSteps } from '../duckdb/json/path.ts';
import { type Node, positionOf } from '../grammar/grammar.ts';
import type { Typed } from '../translate/scope.ts';
import { text } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { type Build, define } from './registry.ts';

/** Throws, before any row is read, for a path that Trino does not take. */
const checked = (path: Typed | undefined, node: Node): void => {
  if (path?.literal === undefined) return;
  try {
    pathSteps(path.literal);
  } catch {
    const what = `Invalid JSON path: '${path.literal}'`;
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', what, positionOf(node));
  }
};

const at =
  (name: string): Build =>
  ([json, path], node) => {
    checked(path, node);
    return `${name}(${json?.sql}, ${path?.sql})`;
  };

/** The path as DuckDB's, where it has one that means the same. */
const duckPath = (path: string): string | undefined => {
  const steps = pathSteps(path);
  if (!steps.every((step) => /^[^"\\*]+$/.test(step))) return undefined;
  return `$${steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `."${step}"`)).join('')}`;
};

/**
 * A scalar is no longer than the text it stands in. DuckDB finds most of them, and fast; numbers that it would write in
 * another way, what it finds no JSON, and what may be a name of digits are for JavaScript.
 */
const scalarAt: Build = ([json, path], node) => {
  checked(path, node);
  const from = json?.type ?? types.VARCHAR;
  const type = types.isText(from) ? from : types.VARCHAR;
  const exact = `trino_json_scalar(${json?.sql}, ${path?.sql})`;
  const duck = path?.literal === undefined ? undefined : duckPath(path.literal);
  if (duck === undefined) return { sql: exact, type };
  const missing = /\[\d/.test(duck) ? exact : 'NULL';
  // -0 is 0 to DuckDB
  const whole = `coalesce(nullif(json_extract_string(${json?.sql}, ${text(duck)}), '0'), ${exact})`;
  const fast = `CASE json_type(${json?.sql}, ${text(duck)}) WHEN 'VARCHAR' THEN json_extract_string(${json?.sql}, ${text(duck)}) WHEN 'BOOLEAN' THEN json_extract_string(${json?.sql}, ${text(duck)}) WHEN 'UBIGINT' THEN ${whole} WHEN 'BIGINT' THEN ${whole} WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL ELSE CASE WHEN json_type(${json?.sql}, ${text(duck)}) IS NULL THEN ${missing} ELSE ${exact} END END`;
  return { sql: `CASE WHEN json_valid(${json?.sql}) THEN ${fast} ELSE ${exact} END`, type };
};

const kinds: Record<string, string> = {
  boolean: 'boolean',
  varchar: 'string',
  double: 'double',
  bigint: 'integer',
  integer: 'integer',
};

const contains: Build = ([json, value]) => {
  const kind =
    value &&
    (value.type.name === 'unknown'
      ? 'string'
      : (kinds[value.type.name] ?? (value.type.name === 'decimal' ? 'double' : undefined)));
  if (!kind) throw notSupported('json_array_contains() of this type');
  return `trino_json_array_contains(${json?.sql}, CAST(${value.sql} AS VARCHAR), ${text(kind)})`;
};

/** Most often only whether it is JSON is asked for, which DuckDB tells of most texts, and fast. */
const parse: Build = ([json]) => ({
  sql: `trino_json_parse(${json?.sql})`,
  type: types.JSON_TYPE,
  succeeds: `trino_is_json(${json?.sql})`,
});

define({
  'json_extract(json, varchar) json': at('trino_json_extract'),
  'json_extract(varchar, varchar) json': at('trino_json_extract'),
  'json_extract_scalar(json, varchar) varchar': scalarAt,
  'json_extract_scalar(varchar, varchar) varchar': scalarAt,
  'json_size(json, varchar) bigint': at('trino_json_size'),
  'json_size(varchar, varchar) bigint': at('trino_json_size'),
  'json_parse(varchar) json': parse,
  'json_format(json) varchar': '$1',
  'json_array_length(json) bigint': 'trino_json_array_length($1)',
  'json_array_length(varchar) bigint': 'trino_json_array_length($1)',
  'json_array_get(json, bigint) json': 'trino_json_array_get($1, $2)',
  'json_array_get(varchar, bigint) json': 'trino_json_array_get($1, $2)',
  'json_array_contains(json, T) boolean': contains,
  'json_array_contains(varchar, T) boolean': contains,
  'is_json_scalar(json) boolean': 'trino_is_json_scalar($1)',
  'is_json_scalar(varchar) boolean': 'trino_is_json_scalar($1)',
});
