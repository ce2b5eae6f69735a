import { decimalOf, type ScalarType } from '../../events/columnType.ts';
import { epochUnits, FIRST_INSTANT, LAST_INSTANT, timeSyntax } from '../../json/instants.ts';
import { literal } from './duckdbValues.ts';

/**
 * How properties become values in Trino's SQL: the same rule as duckdbValues.ts, held together by a test. Each function
 * takes an array of readings and gives an array of values, so that a rule stands once in a statement, however many
 * columns are of its type. A reading (trinoReadings.ts) is one of these:
 *
 *   NULL             the property is not there, or JSON's null
 *   chr(1) || '12.50'   a number with the digits that were sent; `true` and `false` in the same way
 *   chr(1) || '{…'   an object, or an array
 *   any other text   a string; a chr(1) of its own stands in it twice
 *
 * Expressions end with \z, not $: that would match before a last line break too.
 */

export const MARK = 'chr(1)';

const transform = (list: string, name: string, body: string): string => `transform(${list},${name}->${body})`;

export const isText = (r: string): string => `NOT regexp_like(${r},'\\A\\x01[^\\x01]')`;

const text = (r: string): string => `replace(${r},${MARK}||${MARK},${MARK})`;

/** The digits of a number. NULL for what is none. */
const digits = (r: string): string => `regexp_extract(${r},'\\A\\x01(-?[0-9].*)\\z',1)`;

const NUMBER_TEXT = `'\\A-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?\\z'`;

/** The same, or those of a text that says a number. */
const lenientDigits = (r: string): string =>
  `coalesce(${digits(r)},if(regexp_like(${r},${NUMBER_TEXT}),${r}))`;

type How = 'as' | 'lenient';

const numbers = (readings: string, how: How): string =>
  transform(readings, 'r', how === 'as' ? digits('r') : lenientDigits('r'));

const significant = `regexp_replace(regexp_extract(n,'\\A-?([0-9]+)',1)||coalesce(regexp_extract(n,'[.]([0-9]+)',1),''),'\\A0+','')`;

/** An exponent beyond 64 bits is as good as a large one. */
const exponent = `coalesce(TRY_CAST(regexp_extract(n,'[eE]([+-]?[0-9]+)\\z',1) AS bigint),CASE WHEN regexp_like(n,'[eE]-') THEN -1000000000000000 WHEN regexp_like(n,'[eE]') THEN 1000000000000000 ELSE 0 END)`;

/** Numbers as 0.<d> times ten to the power of z, with the sign s; no digits make zero. */
const decimals = (readings: string, how: How): string =>
  transform(
    numbers(readings, how),
    'n',
    `CAST(ROW(if(starts_with(n,'-'),'-',''),${significant},length(${significant})-coalesce(length(regexp_extract(n,'[.]([0-9]+)',1)),0)+${exponent}) AS ROW(s varchar,d varchar,z bigint))`,
  );

const withoutZeros = `regexp_replace(d.d,'0+\\z','')`;

const bigints = (readings: string, how: How): string =>
  transform(
    decimals(readings, how),
    'd',
    `CASE WHEN d.d='' THEN 0 WHEN length(${withoutZeros})<=d.z AND d.z<=19 THEN TRY_CAST(d.s||rpad(${withoutZeros},d.z,'0') AS bigint) END`,
  );

/**
 * As text with exactly so many digits after the point, for a cast that has nothing to round; NULL for what does not
 * fit.
 */
const decimalsOf = (readings: string, how: How, type: string, precision: number, scale: number): string => {
  const whole = `lpad(rpad(${withoutZeros},d.z+${scale},'0'),greatest(d.z+${scale},${scale + 1}),'0')`;
  const pointed = scale === 0 ? whole : `regexp_replace(${whole},'([0-9]{${scale}})\\z','.$1')`;
  return transform(
    decimals(readings, how),
    'd',
    `CAST(CASE WHEN d.d='' THEN '0' WHEN length(${withoutZeros})-d.z<=${scale} AND d.z<=${precision - scale} THEN d.s||${pointed} END AS ${type})`,
  );
};

/**
 * Zero has one sign, unless it was sent with a point. Infinity comes out of 1e999, and of nothing that JSON can say.
 */
const doubles = (readings: string, how: How): string =>
  transform(
    numbers(readings, how),
    'n',
    `if(n='-0',0e0,if(is_finite(TRY_CAST(n AS double)),TRY_CAST(n AS double)))`,
  );

const iso = timeSyntax.iso
  .replace(String.raw`(\d{4})-(\d{2})-(\d{2})`, String.raw`(\d{4}-\d{2}-\d{2})`)
  .replaceAll(String.raw`\d`, '[0-9]')
  .replace(/^\^/, '\\A')
  .replace(/\$$/, '\\z');
const basic = timeSyntax.basic.replaceAll(String.raw`\d`, '[0-9]').replace(/^\^/, '\\A');
const { space } = timeSyntax;

const part = (index: number): string => `coalesce(TRY_CAST(a[${index}] AS integer),0)`;

/** Milliseconds of texts: cut, not rounded. */
const textMs = (readings: string): string => {
  const trimmed = transform(
    readings,
    'r',
    `if(${isText('r')},regexp_replace(regexp_replace(r,${literal(`\\A[${space}]+|[${space}]+\\z`)},''),${literal(basic)},'$1-$2-$3T$4:$5:$6'))`,
  );
  const parts = transform(
    trimmed,
    'v',
    `if(regexp_like(v,${literal(iso)}),split(regexp_replace(v,${literal(iso)},'$1|$2|$3|$4|$5|$6|$7|$8'),'|'))`,
  );
  return transform(
    parts,
    'a',
    `if(${part(2)}<=23 AND ${part(3)}<=59 AND ${part(4)}<=60 AND ${part(7)}*60+${part(8)}<1440,date_diff('day',DATE '1970-01-01',TRY_CAST(a[1] AS date))*86400000+((${part(2)}*60+${part(3)})*60+${part(4)})*1000+coalesce(TRY_CAST(rpad(a[5],3,'0') AS integer),0)+if(a[6]='-',60000,-60000)*(${part(7)}*60+${part(8)}))`,
  );
};

const kept = `d.z+CASE ${epochUnits.map(({ digits: most, toMs }) => `WHEN d.z<=${most} THEN ${toMs}`).join(' ')} END`;

/** Milliseconds of epoch numbers by their digits, cut towards the past. */
const epochMs = (readings: string): string => {
  const withKept = transform(
    decimals(readings, 'as'),
    'd',
    `CAST(ROW(d.s,d.d,${kept}) AS ROW(s varchar,d varchar,k bigint))`,
  );
  const whole = `if(d.k>0,CAST(rpad(d.d,d.k,'0') AS bigint),0)`;
  const isCut = `d.k<0 OR regexp_like(substr(d.d,greatest(d.k,0)+1),'[1-9]')`;
  return transform(
    withKept,
    'd',
    `CASE WHEN d.d='' THEN 0 WHEN d.k IS NULL THEN NULL WHEN d.s='' THEN ${whole} ELSE -${whole}-if(${isCut},1,0) END`,
  );
};

const DAY = 86_400_000;

const timestamps = (readings: string): string =>
  transform(
    `zip_with(${textMs(readings)},${epochMs(readings)},(a,b)->coalesce(a,b))`,
    'm',
    `if(m BETWEEN ${FIRST_INSTANT} AND ${LAST_INSTANT},date_add('millisecond',m%${DAY},date_add('day',m/${DAY},TIMESTAMP '1970-01-01 00:00:00.000')))`,
  );

const strings = (readings: string, how: How): string =>
  transform(
    readings,
    'r',
    how === 'as' ? `if(${isText('r')},${text('r')})` : `if(${isText('r')},${text('r')},${digits('r')})`,
  );

/**
 * An array of values of a type. `lenient` takes a number that came as text for what it says, and the other way round.
 */
export const valuesOf = (type: ScalarType, how: How, readings: string): string => {
  const decimal = decimalOf(type);
  if (decimal !== undefined) return decimalsOf(readings, how, type, Number(decimal[0]), Number(decimal[1]));
  switch (type) {
    case 'string':
      return strings(readings, how);
    case 'bigint':
      return bigints(readings, how);
    case 'double':
      return doubles(readings, how);
    case 'boolean':
      return transform(
        readings,
        'r',
        `CASE r WHEN ${MARK}||'true' THEN true WHEN ${MARK}||'false' THEN false END`,
      );
    case 'timestamp':
      return timestamps(readings);
    case 'date':
      return transform(
        readings,
        'r',
        `if(regexp_like(r,'\\A[0-9]{4}-[0-9]{2}-[0-9]{2}\\z'),TRY_CAST(r AS date))`,
      );
    default:
      // Of json these are no readings, but texts already: trinoReadings.ts.
      return readings;
  }
};
