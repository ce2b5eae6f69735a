import { decimalOf, isDecimalType, type ScalarType } from '../../events/columnType.ts';
import type { CatalogColumn } from '../../events/eventType.ts';
import { epochUnits, FIRST_INSTANT, LAST_INSTANT, timeSyntax } from '../../json/instants.ts';

/**
 * DuckDB macros that turn a property into a value, or into NULL if its JSON is of another type. JSON types are strict:
 * a number in quotes is a string, 1.5 is not a bigint. Casts alone would be too kind: they read '12' as 12 and round
 * 1.5 to 2. Each property comes in up to three readings:
 *
 *   j  its JSON text, which says of which type it is
 *   v  its text without quotes and escapes
 *   x  the digits of a number as they were sent. DuckDB reads a number with a point or an exponent as a double, and
 *      writes that out in `j`: 9007199254740993.0 becomes 9007199254740992.0. NULL where `j` has them right.
 */

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const names = (...parts: string[]): string => `[${parts.map(literal).join(', ')}]`;

/**
 * The JSON of an array beside another one: itself, or as many times `filler`. `list_zip` must never have lists of
 * different lengths: where one is shorter or NULL, DuckDB 1.5.5 puts the members of some other row's struct into its
 * NULL.
 */
export const ofSameLength = (array: string, beside: string, filler: '{}' | 'null'): string =>
  `coalesce(${array}, '[' || rtrim(repeat('${filler},', json_array_length(${beside})::BIGINT), ',') || ']')`;

/** `expression` under a name: SQL has no other way to compute a thing once. */
const given = (name: string, expression: string, result: string): string =>
  `list_transform([${expression}], lambda ${name}: ${result})[1]`;

/** Whether a property is a number that DuckDB has read as a double. */
export const isReal = (json: string): string => `regexp_matches(${json}, '^-?[0-9]+[.eE]')`;

const numberParts = `regexp_extract(n, ${literal(timeSyntax.number)}, ${names('sign', 'integer', 'fraction', 'exponent')})`;

/** Whether there is a number anywhere in a JSON text that DuckDB has read as a double. */
export const hasReal = (json: string): string => `regexp_matches(${json}, '[0-9][.eE]')`;

/**
 * Whether a JSON text has a number that a double may not hold to the last digit: up to 15 digits come back as they were
 * written, so that most amounts of money need no second look.
 */
export const hasLongNumber = (json: string): string =>
  `regexp_matches(${json}, '[0-9.]{16}|[eE][+-]?[0-9]{3}')`;

/** A value of a type out of its readings. `lenient` takes a number that came as text for what it says. */
export const typedValue = (
  how: 'as' | 'lenient',
  type: ScalarType,
  json: string,
  text: string,
  exact: string,
): string => {
  const decimal = decimalOf(type);
  return decimal === undefined
    ? `${how}_${type}(${json}, ${text}, ${exact})`
    : `${how}_decimal(${json}, ${text}, ${exact}, ${decimal.join(', ')})`;
};

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

const plainMacros: readonly string[] = [
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

const dateMacros: readonly string[] = [
  macro(
    'as_date(j, v, x)',
    `CASE WHEN is_text(j) AND regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN TRY_CAST(v AS DATE) END`,
  ),
  macro('lenient_date(j, v, x)', 'as_date(j, v, x)'),
];

const decimalMacros: readonly string[] = [
  // Text with exactly `s` digits after the point, for a cast that has nothing to round; NULL for what does not fit.
  macro(
    'decimal_text(n, p, s)',
    given(
      'd',
      'decimal_of(n)',
      `CASE WHEN d.digits = '' THEN '0' WHEN strlen(rtrim(d.digits, '0')) - d.size <= s AND d.size <= p - s THEN ${given(
        'u',
        `lpad(rpad(rtrim(d.digits, '0'), (d.size + s)::INTEGER, '0'), greatest(d.size + s, s + 1)::INTEGER, '0')`,
        `d.sign || left(u, strlen(u) - s) || '.' || right(u, s)`,
      )} END`,
    ),
  ),
  macro('as_decimal(j, v, x, p, s)', 'CASE WHEN is_number(j) THEN decimal_text(coalesce(x, j), p, s) END'),
  macro(
    'lenient_decimal(j, v, x, p, s)',
    'CASE WHEN is_number_text(j, v) THEN decimal_text(v, p, s) ELSE as_decimal(j, v, x, p, s) END',
  ),
];

const jsonMacros: readonly string[] = [
  // The same as quoted_numbers, with a sign before each number that no text of this JSON has: what was a number can be
  // told from what was a text. Where a text does have it, digits beyond a double's are lost.
  macro(
    'marked_numbers(json)',
    `CASE WHEN NOT contains(json, '\\u0001') THEN replace(replace(array_to_string(list_transform(
       string_split(replace(replace(json, '\\\\', chr(1)), '\\"', chr(2)), '"'),
       lambda piece, place: CASE WHEN place % 2 = 1 THEN regexp_replace(piece, '-?[0-9][0-9.eE+-]*', '"\\\\u0001\\0"', 'g') ELSE piece END
     ), '"'), chr(2), '\\"'), chr(1), '\\\\') END`,
  ),
  macro(
    'as_json(j, w)',
    `CASE WHEN w IS NULL THEN j ELSE regexp_replace(w, '"\\\\u0001([0-9.eE+-]*)"', '\\1', 'g') END`,
  ),
];

const uses = (columns: readonly CatalogColumn[], is: (type: ScalarType) => boolean): boolean =>
  columns.some(({ type }) => {
    if (typeof type === 'string') return is(type);
    return typeof type.arrayOf === 'string' ? is(type.arrayOf) : type.arrayOf.some((field) => is(field.type));
  });

/** The macros that values of these columns need. Only those: a new macro would have every hour built anew. */
export const macrosFor = (columns: readonly CatalogColumn[]): string[] => [
  ...plainMacros,
  ...(uses(columns, (type) => type === 'date') ? dateMacros : []),
  ...(uses(columns, isDecimalType) ? decimalMacros : []),
  ...(uses(columns, (type) => type === 'json') ? jsonMacros : []),
];
