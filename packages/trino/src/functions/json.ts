import { type Node, positionOf } from '../grammar/grammar.ts';
import type { Typed } from '../translate/scope.ts';
import { text } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import { define } from './registry.ts';

const step = /\.([A-Za-z_@][\w@:-]*)|\.(\d+)(?=[.[]|$)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[([A-Za-z_]\w*)\]/y;

/** A path of Trino's as one of DuckDB's. Throws for a path that Trino would refuse, or that has wildcards. */
const jsonPath = (path: Typed | undefined, node: Node): string => {
  const written = path?.literal;
  if (written === undefined) throw notSupported('a JSON path that is computed', positionOf(node));
  const rooted = written.startsWith('$')
    ? written.slice(1)
    : written === ''
      ? '?'
      : /^[.[]/.test(written)
        ? written
        : `.${written}`;
  if (/\*|\.\./.test(rooted)) throw notSupported(`the JSON path ${written}`, positionOf(node));
  let duck = '$';
  step.lastIndex = 0;
  while (step.lastIndex < rooted.length) {
    const found = step.exec(rooted);
    if (!found)
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', `Invalid JSON path: '${written}'`, positionOf(node));
    const name =
      found[1] ?? found[2] ?? found[4]?.replaceAll('\\"', '"').replaceAll('\\\\', '\\') ?? found[5];
    if (name?.includes('"')) throw notSupported(`the JSON path ${written}`, positionOf(node));
    duck += found[3] === undefined ? `."${name}"` : `[${found[3]}]`;
  }
  return text(duck);
};

const at =
  (macro: string) =>
  (args: readonly Typed[], node: Node): string =>
    `${macro}(${args[0]?.sql}, ${jsonPath(args[1], node)})`;

define({
  'json_extract(json, varchar) json': at('json_extract'),
  'json_extract(varchar, varchar) json': at('trino_json_extract'),
  'json_extract_scalar(json, varchar) varchar': at('trino_json_scalar'),
  'json_extract_scalar(varchar, varchar) varchar': at('trino_text_scalar'),
  'json_size(json, varchar) bigint': at('trino_json_size'),
  'json_size(varchar, varchar) bigint': at('trino_json_size'),
  'json_parse(varchar) json': 'trino_json_parse($1)',
  'json_format(json) varchar': 'CAST($1 AS VARCHAR)',
  'json_array_length(json) bigint': 'trino_json_array_length($1)',
  'json_array_length(varchar) bigint': 'trino_json_array_length($1)',
  'json_array_get(json, bigint) json': 'trino_json_array_get($1, $2)',
  'json_array_get(varchar, bigint) json': 'trino_json_array_get($1, $2)',
  'json_array_contains(json, T) boolean': (args) => contains(args),
  'json_array_contains(varchar, T) boolean': (args) => contains(args),
  'is_json_scalar(json) boolean': 'trino_is_json_scalar($1)',
  'is_json_scalar(varchar) boolean': 'trino_is_json_scalar($1)',
});

const kinds: Record<string, string> = {
  boolean: 'boolean',
  varchar: 'string',
  double: 'double',
  bigint: 'integer',
  integer: 'integer',
};

const contains = ([json, value]: readonly Typed[]): string => {
  const kind =
    value &&
    (value.type.name === 'unknown'
      ? 'string'
      : (kinds[value.type.name] ?? (value.type.name === 'decimal' ? 'double' : undefined)));
  if (!kind) throw notSupported('json_array_contains() of this type');
  return `trino_json_array_contains(CAST(${json?.sql} AS VARCHAR), CAST(${value.sql} AS VARCHAR), ${text(kind)})`;
};
