import { epochUnits, FIRST_INSTANT, LAST_INSTANT, timeSyntax } from '../../json/instants.ts';

/**
 * DuckDB macros that turn a property into a value, or into NULL if its JSON is of another type. JSON types are strict: a
 * number in quotes is a string, 1.5 is not a bigint. Casts alone would be too kind: they read '12' as 12 and round 1.5
 * to 2. Each property comes in up to three readings:
 *
 *   j  its JSON text, which says of which type it is
 *   v  its text without quotes and escapes
 *   x  the digits of a number as they were sent. DuckDB reads a number with a point or an exponent as a double, and
 *      writes that out in `j`: 9007199254740993.0 becomes 9007199254740992.0. NULL where `j` has them right.
 */

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const names = (...parts: string[]): string => `[${parts.map(literal).join(', ')}]`;

/** `expression` under a name: SQL has no other way to compute a thing once. */
const given = (name: string, expression: string, result: string): string =>
  `list_transform([${expression}], lambda ${name}: ${result})[1]`;

/** Whether a property is a number that DuckDB has read as a double. */
export const isReal = (json: string): string => `regexp_matches(${json}, '^-?[0-9]+[.eE]')`;

const numberParts = `regexp_extract(n, ${literal(timeSyntax.number)}, ${names('sign', 'integer', 'fraction', 'exponent')})`;

/** An exponent beyond 64 bits is as good as a large one. */
const exponent = `CASE WHEN p.exponent = '' THEN 0
  ELSE coalesce(TRY_CAST(p.exponent AS BIGINT), CASE WHEN starts_with(p.exponent, '-') THEN -1e15 ELSE 1e15 END::BIGINT) END`;

/** Milliseconds of a number by its decimal digits, as `instantOf` reads it. */
const epochMs = given(
  'd',
  'decimal_of(n)',
  `CASE WHEN d.digits = '' THEN 0 ELSE ${given(
    'kept',
    `d.size + CASE ${epochUnits.map(({ digits, toMs }) => `WHEN d.size <= ${digits} THEN ${toMs}`).join(' ')} END`,
    `${given(
      'ms',
      `CASE WHEN kept <= 0 THEN 0 ELSE rpad(left(d.digits, kept), kept::INTEGER, '0')::BIGINT END`,
      `CASE WHEN d.sign = '' THEN ms
       ELSE -ms - CASE WHEN kept < 0 OR rtrim(substr(d.digits, greatest(kept, 0) + 1), '0') <> '' THEN 1 ELSE 0 END END`,
    )}`,
  )} END`,
);

const timeParts = `regexp_extract(
  regexp_replace(trim(v, ${literal(timeSyntax.space)}), ${literal(timeSyntax.basic)}, '\\1-\\2-\\3T\\4:\\5:\\6'),
  ${literal(timeSyntax.iso)},
  ${names('year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'sign', 'offset_hour', 'offset_minute')})`;

const part = (name: string): string => `coalesce(TRY_CAST(t.${name} AS INTEGER), 0)`;

/** Milliseconds of a text, as `instantOf` reads it: cut, not rounded. */
const textMs = given(
  't',
  timeParts,
  `CASE WHEN t.year <> '' AND ${part('hour')} <= 23 AND ${part('minute')} <= 59 AND ${part('second')} <= 60
     AND ${part('offset_hour')} * 60 + ${part('offset_minute')} < 1440
   THEN epoch_ms(TRY_CAST(t.year || '-' || t.month || '-' || t.day AS DATE)::TIMESTAMP)
     + ((${part('hour')} * 60 + ${part('minute')}) * 60 + ${part('second')}) * 1000
     + coalesce(TRY_CAST(left(rpad(t.fraction, 3, '0'), 3) AS INTEGER), 0)
     + CASE WHEN t.sign = '-' THEN 60000 ELSE -60000 END * (${part('offset_hour')} * 60 + ${part('offset_minute')}) END`,
);

const macro = (signature: string, body: string): string =>
  `CREATE OR REPLACE TEMP MACRO ${signature} AS ${body}`;

export const valueMacros: readonly string[] = [
  macro('is_text(j)', `starts_with(j, '"')`),
  macro('is_number(j)', `regexp_matches(j, '^-?[0-9]')`),
  macro('as_string(j, v, x)', `CASE WHEN is_text(j) THEN v END`),
  // Infinity comes out of 1e999, and of nothing that JSON can say.
  macro(
    'as_double(j, v, x)',
    `CASE WHEN is_number(j) AND isfinite(TRY_CAST(j AS DOUBLE)) THEN TRY_CAST(j AS DOUBLE) END`,
  ),
  // A number is 0.<digits> times ten to the power of `size`; no digits make zero.
  macro(
    'decimal_of(n)',
    given(
      'p',
      numberParts,
      `{sign: p.sign, digits: ltrim(p.integer || p.fraction, '0'),
        size: strlen(ltrim(p.integer || p.fraction, '0')) - strlen(p.fraction) + ${exponent}}`,
    ),
  ),
  // 2.0 and 2e3 are integral: some languages write every number that way. 19 digits and more is for the cast to judge.
  macro(
    'integer_of(n)',
    given(
      'd',
      'decimal_of(n)',
      `CASE WHEN d.digits = '' THEN 0 WHEN strlen(rtrim(d.digits, '0')) <= d.size AND d.size <= 19
       THEN TRY_CAST(d.sign || rpad(rtrim(d.digits, '0'), d.size::INTEGER, '0') AS BIGINT) END`,
    ),
  ),
  macro(
    'as_bigint(j, v, x)',
    `CASE WHEN is_number(j) THEN CASE WHEN x IS NULL THEN TRY_CAST(j AS BIGINT) ELSE integer_of(x) END END`,
  ),
  macro('as_boolean(j, v, x)', `CASE j WHEN 'true' THEN true WHEN 'false' THEN false END`),
  macro('epoch_of(n)', epochMs),
  macro('time_of(v)', textMs),
  macro(
    'as_timestamp(j, v, x)',
    given(
      'ms',
      `CASE WHEN is_text(j) THEN time_of(v) WHEN is_number(j) THEN epoch_of(coalesce(x, j)) END`,
      `CASE WHEN ms BETWEEN ${FIRST_INSTANT} AND ${LAST_INSTANT} THEN make_timestamp_ms(ms)::TIMESTAMP_MS END`,
    ),
  ),
  // JSON in which every number stands in quotes, so that its digits stay. Outside of strings are the odd pieces between
  // quotes; until they are put together again, control characters, which JSON cannot hold, stand for escaped ones.
  macro(
    'quoted_numbers(json)',
    `replace(replace(array_to_string(list_transform(
       string_split(replace(replace(json, '\\\\', chr(1)), '\\"', chr(2)), '"'),
       lambda piece, place: CASE WHEN place % 2 = 1 THEN regexp_replace(piece, '-?[0-9][0-9.eE+-]*', '"\\0"', 'g') ELSE piece END
     ), '"'), chr(2), '\\"'), chr(1), '\\\\')`,
  ),
  // What a person would read for it, although its JSON type is another: of lines of an order, see duckdbItems.ts.
  macro(
    'is_number_text(j, v)',
    `is_text(j) AND regexp_full_match(v, '-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?')`,
  ),
  macro('lenient_string(j, v, x)', `CASE WHEN is_text(j) THEN v WHEN is_number(j) THEN coalesce(x, j) END`),
  macro(
    'lenient_double(j, v, x)',
    `CASE WHEN is_number_text(j, v) THEN as_double(v, v, NULL) ELSE as_double(j, v, x) END`,
  ),
  macro(
    'lenient_bigint(j, v, x)',
    `CASE WHEN is_number_text(j, v) THEN integer_of(v) ELSE as_bigint(j, v, x) END`,
  ),
  macro('lenient_boolean(j, v, x)', `as_boolean(j, v, x)`),
  macro('lenient_timestamp(j, v, x)', `as_timestamp(j, v, x)`),
];
