import { concatenation } from '../translate/operators.ts';
import { text } from '../translate/translate.ts';
import { notSupported } from '../trinoError.ts';
import { type Build, define } from './registry.ts';

define({
  'upper(varchar) varchar': 'upper($1)',
  'lower(varchar) varchar': 'lower($1)',
  'length(varchar) bigint': 'length($1)',
  'length(varbinary) bigint': 'octet_length($1)',
  'trim(varchar) varchar': 'trino_trim($1)',
  'ltrim(varchar) varchar': 'trino_ltrim($1)',
  'rtrim(varchar) varchar': 'trino_rtrim($1)',
  'trim(varchar, varchar) varchar': 'trim($1, $2)',
  'ltrim(varchar, varchar) varchar': 'ltrim($1, $2)',
  'rtrim(varchar, varchar) varchar': 'rtrim($1, $2)',
  'reverse(varchar) varchar': 'trino_reverse($1)',
  'replace(varchar, varchar) varchar': "replace($1, $2, '')",
  'replace(varchar, varchar, varchar) varchar': 'trino_replace($1, $2, $3)',
  'translate(varchar, varchar, varchar) varchar': 'trino_translate($1, $2, $3)',
  'substr(varchar, bigint) varchar': 'trino_tail($1, $2)',
  'substr(varchar, bigint, bigint) varchar': 'trino_substr($1, $2, $3)',
  'substring(varchar, bigint) varchar': 'trino_tail($1, $2)',
  'substring(varchar, bigint, bigint) varchar': 'trino_substr($1, $2, $3)',
  'strpos(varchar, varchar) bigint': 'strpos($1, $2)',
  'strpos(varchar, varchar, bigint) bigint': 'trino_strpos($1, $2, $3)',
  'starts_with(varchar, varchar) boolean': 'starts_with($1, $2)',
  'split(varchar, varchar) array(varchar)': 'trino_split($1, $2)',
  'split(varchar, varchar, bigint) array(varchar)': 'trino_split_limit($1, $2, $3)',
  'split_part(varchar, varchar, bigint) varchar': 'trino_split_part($1, $2, $3)',
  'split_to_map(varchar, varchar, varchar) map(varchar, varchar)': 'trino_split_to_map($1, $2, $3)',
  'lpad(varchar, bigint, varchar) varchar': 'trino_lpad($1, $2, $3)',
  'rpad(varchar, bigint, varchar) varchar': 'trino_rpad($1, $2, $3)',
  'concat_ws(varchar, varchar*) varchar': 'concat_ws($*)',
  'chr(bigint) varchar': 'chr(CAST($1 AS INTEGER))',
  'codepoint(varchar) integer': 'ord($1)',
  'levenshtein_distance(varchar, varchar) bigint': 'trino_levenshtein($1, $2)',
  'hamming_distance(varchar, varchar) bigint': 'trino_hamming($1, $2)',
  'normalize(varchar) varchar': "trino_normalize($1, 'NFC')",
  'to_utf8(varchar) varbinary': 'encode($1)',
  'from_utf8(varbinary) varchar': 'trino_from_utf8($1)',
  'to_hex(varbinary) varchar': 'hex($1)',
  'from_hex(varchar) varbinary': 'unhex($1)',
  'to_base64(varbinary) varchar': 'to_base64($1)',
  'from_base64(varchar) varbinary': 'from_base64($1)',
  'md5(varbinary) varbinary': 'unhex(md5($1))',
  'sha1(varbinary) varbinary': 'unhex(sha1($1))',
  'sha256(varbinary) varbinary': 'unhex(sha256($1))',
  'crc32(varbinary) bigint': 'trino_crc32($1)',
  'luhn_check(varchar) boolean': 'trino_luhn_check($1)',
  'url_encode(varchar) varchar': 'trino_url_encode($1)',
  'url_decode(varchar) varchar': 'trino_url_decode($1)',
  'url_extract_protocol(varchar) varchar': "trino_url_part($1, 'protocol')",
  'url_extract_host(varchar) varchar': "trino_url_part($1, 'host')",
  'url_extract_port(varchar) bigint': "CAST(trino_url_part($1, 'port') AS BIGINT)",
  'url_extract_path(varchar) varchar': "trino_url_part($1, 'path')",
  'url_extract_query(varchar) varchar': "trino_url_part($1, 'query')",
  'url_extract_fragment(varchar) varchar': "trino_url_part($1, 'fragment')",
  'url_extract_parameter(varchar, varchar) varchar': 'trino_url_parameter($1, $2)',
  'uuid() varchar': 'CAST(uuid() AS VARCHAR)',
  'concat(T*) T': (args, node) => concatenation(args, node),
});

/** Java's classes and groups that RE2 does not have: refused rather than matched in another way. */
const unlikeJava = /\(\?[=!<>]|\\[1-9kGZ]|[*+?}]\+|\\p\{(?:Is|java)/;

const withPattern =
  (sql: (value: string, pattern: string, ...rest: string[]) => string) =>
  (args: readonly { sql: string; literal?: string }[]): string => {
    const [value, pattern, ...rest] = args;
    if (unlikeJava.test(pattern?.literal ?? ''))
      throw notSupported('this regular expression (look-around, back-reference)');
    return sql(value?.sql ?? '', pattern?.sql ?? '', ...rest.map((arg) => arg.sql));
  };

/** A group that may take no part in a match: Trino's answer is NULL, DuckDB's an empty text. */
const mayBeAbsent = (pattern: string): boolean => {
  let depth = 0;
  let alternatives = false;
  const plain = pattern.replaceAll(/\\.|\[[^\]]*\]/g, '_');
  for (const c of plain) {
    if (c === '(') depth += 1;
    if (c === ')') depth -= 1;
    if (c === '|' && depth === 0) alternatives = true;
  }
  return alternatives || /\)(?:[?*]|\{0)/.test(plain) || /\([^)]*\([^)]*\|/.test(plain);
};

const withGroup =
  (sql: (value: string, pattern: string, group: string) => string): Build =>
  (args) => {
    const [value, pattern, group] = args;
    if (group?.literal !== '0' && (pattern?.literal === undefined || mayBeAbsent(pattern.literal))) {
      throw notSupported('a group of a regular expression that may take no part in the match');
    }
    return withPattern(() => sql(value?.sql ?? '', pattern?.sql ?? '', group?.sql ?? '0'))(args);
  };

define({
  'regexp_like(varchar, varchar) boolean': withPattern((s, p) => `regexp_matches(${s}, ${p})`),
  'regexp_extract(varchar, varchar) varchar': withPattern((s, p) => `trino_regexp_extract(${s}, ${p}, 0)`),
  'regexp_extract(varchar, varchar, bigint) varchar': withGroup(
    (s, p, group) => `trino_regexp_extract(${s}, ${p}, ${group})`,
  ),
  'regexp_extract_all(varchar, varchar) array(varchar)': withPattern(
    (s, p) => `regexp_extract_all(${s}, ${p})`,
  ),
  'regexp_extract_all(varchar, varchar, bigint) array(varchar)': withGroup(
    (s, p, group) => `trino_regexp_extract_all(${s}, ${p}, ${group})`,
  ),
  'regexp_count(varchar, varchar) bigint': withPattern((s, p) => `len(regexp_extract_all(${s}, ${p}))`),
  'regexp_split(varchar, varchar) array(varchar)': withPattern((s, p) => `trino_regexp_split(${s}, ${p})`),
  'regexp_replace(varchar, varchar) varchar': withPattern((s, p) => `regexp_replace(${s}, ${p}, '', 'g')`),
  'regexp_replace(varchar, varchar, varchar) varchar': (args) => {
    const replacement = args[2]?.literal;
    if (replacement === undefined || /\$\{|\$\D|\$$/.test(replacement)) {
      throw notSupported('regexp_replace with a replacement that is computed or names groups');
    }
    // Trino's $1 is \1 here, its \$ a dollar, and a backslash needs another
    const java = replacement.replaceAll(/\\(.)|\$(\d)/g, (_all, escaped, group) =>
      group ? `\\${group}` : escaped,
    );
    return withPattern((s, p) => `regexp_replace(${s}, ${p}, ${text(java)}, 'g')`)(args);
  },
});
