import { type Node, positionOf } from '../grammar/grammar.ts';
import { specials } from '../translate/calls.ts';
import { concatenation } from '../translate/operators.ts';
import type { Typed } from '../translate/scope.ts';
import { textOf } from '../translate/texts.ts';
import { demand, text, translate } from '../translate/translate.ts';
import { notSupported, TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { type Build, define } from './registry.ts';

/** A text longer than the value: Trino's type says how long at most. */
const longer =
  (length: (x: number, ...rest: number[]) => number, sql: (args: readonly Typed[]) => string): Build =>
  (args) => {
    const lengths = args.map(({ type }) => (types.isOpen(type) ? 0 : type.length));
    const known = lengths.every((n) => n !== undefined);
    const [x = 0, ...rest] = lengths.map((n) => n ?? 0);
    const size = Math.min(length(x, ...rest), 2147483647);
    return { sql: sql(args), type: known ? types.varcharOf(size) : types.VARCHAR };
  };

const codepoint: Build = ([value], node) => {
  if (value?.type.length !== undefined && value.type.length <= 1) return `ord(${value.sql})`;
  const given = types.typeText(value?.type ?? types.VARCHAR);
  const what = `Unexpected parameters (${given}) for function codepoint. Expected: codepoint(varchar(1))`;
  throw new TrinoError('FUNCTION_NOT_FOUND', what, positionOf(node));
};

const urlPart = (part: string): string => `trino_url_part($1, '${part}')`;

/** The text that Java's Formatter is given for `%s`: a double as Java prints it. */
const formatText = (value: Typed, node: Node): string => {
  const { name } = value.type;
  if (name === 'double') return `trino_double_java(${value.sql})`;
  if (name === 'real') return `trino_real_java(${value.sql})`;
  if (name === 'unknown') return 'CAST(NULL AS VARCHAR)';
  if (types.isText(value.type) || types.isNumeric(value.type) || name === 'boolean' || name === 'date')
    return textOf(value, node);
  throw notSupported(`format() of ${types.typeText(value.type)}`, positionOf(node));
};

/** Each value keeps its own type. */
specials.format = ([pattern, ...nodes], node, scope) => {
  const format = translate(pattern, scope);
  demand(format, types.isText, 'format() takes a text first', node);
  const values = nodes.map((value) => translate(value, scope));
  if (values.length === 0)
    throw new TrinoError('FUNCTION_NOT_FOUND', 'format() takes a value', positionOf(node));
  const texts = values.map((value) => `coalesce(trino_json_string(${formatText(value, node)}), 'null')`);
  const kinds = text(values.map((value) => value.type.name).join(','));
  const sql = `trino_format(${format.sql}, ${kinds}, '[' || ${texts.join(" || ',' || ")} || ']')`;
  return { sql, type: types.VARCHAR };
};

define({
  // DuckDB's own upper() makes more of some letters than Java's, so it is for plain ones
  'upper(varchar(x)) varchar(x)': 'CASE WHEN strlen($1) = length($1) THEN upper($1) ELSE trino_upper($1) END',
  'lower(varchar(x)) varchar(x)': 'CASE WHEN strlen($1) = length($1) THEN lower($1) ELSE trino_lower($1) END',
  'length(varchar) bigint': 'length($1)',
  'length(varbinary) bigint': 'octet_length($1)',
  'trim(varchar(x)) varchar(x)': 'trino_trim($1)',
  'ltrim(varchar(x)) varchar(x)': 'trino_ltrim($1)',
  'rtrim(varchar(x)) varchar(x)': 'trino_rtrim($1)',
  'trim(varchar(x), varchar) varchar(x)': 'trim($1, $2)',
  'ltrim(varchar(x), varchar) varchar(x)': 'ltrim($1, $2)',
  'rtrim(varchar(x), varchar) varchar(x)': 'rtrim($1, $2)',
  'reverse(varchar(x)) varchar(x)': 'trino_reverse($1)',
  'reverse(varbinary) varbinary': 'trino_reverse_bytes($1)',
  'reverse(array(T)) array(T)': 'list_reverse($1)',
  'replace(varchar(x), varchar) varchar(x)': "replace($1, $2, '')",
  'replace(varchar(x), varchar(y), varchar(z)) varchar': longer(
    (x, _y, z = 0) => x + z * (x + 1),
    ([s, f, t]) => `trino_replace(${s?.sql}, ${f?.sql}, ${t?.sql})`,
  ),
  'translate(varchar, varchar, varchar) varchar': 'trino_translate($1, $2, $3)',
  'substr(varchar(x), bigint) varchar(x)': 'trino_tail($1, $2)',
  'substr(varchar(x), bigint, bigint) varchar(x)': 'trino_substr($1, $2, $3)',
  'substr(varbinary, bigint) varbinary': 'trino_bytes_from($1, $2, 2147483647)',
  'substr(varbinary, bigint, bigint) varbinary': 'trino_bytes_from($1, $2, $3)',
  'substring(varchar(x), bigint) varchar(x)': 'trino_tail($1, $2)',
  'substring(varchar(x), bigint, bigint) varchar(x)': 'trino_substr($1, $2, $3)',
  'substring(varbinary, bigint) varbinary': 'trino_bytes_from($1, $2, 2147483647)',
  'substring(varbinary, bigint, bigint) varbinary': 'trino_bytes_from($1, $2, $3)',
  'strpos(varchar, varchar) bigint': 'strpos($1, $2)',
  'strpos(varchar, varchar, bigint) bigint': 'trino_strpos($1, $2, $3)',
  'starts_with(varchar, varchar) boolean': 'starts_with($1, $2)',
  'split(varchar(x), varchar) array(varchar(x))': 'trino_split($1, $2)',
  'split(varchar(x), varchar, bigint) array(varchar(x))': 'trino_split_limit($1, $2, $3)',
  'split_part(varchar(x), varchar, bigint) varchar(x)': 'trino_split_part($1, $2, $3)',
  'split_to_map(varchar, varchar, varchar) map(varchar, varchar)':
    'trino_split_to_map(trino_entries($1, $2, $3), $3)',
  'split_to_multimap(varchar, varchar, varchar) map(varchar, array(varchar))':
    'trino_split_to_multimap(trino_entries($1, $2, $3), $3)',
  'lpad(varchar, bigint, varchar) varchar': 'trino_lpad($1, $2, $3)',
  'rpad(varchar, bigint, varchar) varchar': 'trino_rpad($1, $2, $3)',
  'lpad(varbinary, bigint, varbinary) varbinary': "trino_pad_bytes($1, $2, $3, 'left')",
  'rpad(varbinary, bigint, varbinary) varbinary': "trino_pad_bytes($1, $2, $3, 'right')",
  'concat_ws(varchar, array(varchar)) varchar': 'CASE WHEN $1 IS NOT NULL THEN trino_array_join($2, $1) END',
  'concat_ws(varchar, varchar*) varchar': 'concat_ws($*)',
  'chr(bigint) varchar(1)': 'trino_chr($1)',
  'codepoint(varchar) integer': codepoint,
  'levenshtein_distance(varchar, varchar) bigint': 'trino_levenshtein($1, $2)',
  'hamming_distance(varchar, varchar) bigint': 'trino_hamming($1, $2)',
  'normalize(varchar) varchar': "trino_normalize($1, 'NFC')",
  'to_utf8(varchar) varbinary': 'encode($1)',
  'from_utf8(varbinary) varchar': 'trino_from_utf8($1)',
  'to_hex(varbinary) varchar': 'hex($1)',
  'from_hex(varchar) varbinary': 'trino_from_hex($1)',
  'from_hex(varbinary) varbinary': 'trino_from_hex(trino_from_utf8($1))',
  'to_base64(varbinary) varchar': 'to_base64($1)',
  'from_base64(varchar) varbinary': 'trino_from_base64($1)',
  'from_base64(varbinary) varbinary': 'trino_from_base64(trino_from_utf8($1))',
  'to_base64url(varbinary) varchar': "translate(to_base64($1), '+/', '-_')",
  'from_base64url(varchar) varbinary': "trino_from_base64(translate($1, '-_', '+/'))",
  'md5(varbinary) varbinary': 'unhex(md5($1))',
  'sha1(varbinary) varbinary': 'unhex(sha1($1))',
  'sha256(varbinary) varbinary': 'unhex(sha256($1))',
  'sha512(varbinary) varbinary': "trino_digest($1, 'sha512')",
  'hmac_md5(varbinary, varbinary) varbinary': "trino_hmac($1, $2, 'md5')",
  'hmac_sha1(varbinary, varbinary) varbinary': "trino_hmac($1, $2, 'sha1')",
  'hmac_sha256(varbinary, varbinary) varbinary': "trino_hmac($1, $2, 'sha256')",
  'hmac_sha512(varbinary, varbinary) varbinary': "trino_hmac($1, $2, 'sha512')",
  'crc32(varbinary) bigint': 'trino_crc32($1)',
  'luhn_check(varchar) boolean': 'trino_luhn_check($1)',
  'url_encode(varchar(x)) varchar': longer(
    (x) => x * 12,
    ([s]) => `trino_url_encode(${s?.sql})`,
  ),
  'url_decode(varchar(x)) varchar(x)': 'trino_url_decode($1)',
  'url_extract_protocol(varchar(x)) varchar(x)': urlPart('protocol'),
  'url_extract_host(varchar(x)) varchar(x)': urlPart('host'),
  'url_extract_port(varchar) bigint': `CAST(${urlPart('port')} AS BIGINT)`,
  'url_extract_path(varchar(x)) varchar(x)': urlPart('path'),
  'url_extract_query(varchar(x)) varchar(x)': urlPart('query'),
  'url_extract_fragment(varchar(x)) varchar(x)': urlPart('fragment'),
  'url_extract_parameter(varchar(x), varchar) varchar(x)': 'trino_url_parameter($1, $2)',
  'uuid() varchar': 'CAST(uuid() AS VARCHAR)',
  'concat(T*) T': concatenation,
});
