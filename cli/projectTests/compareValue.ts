import { compareDigits, digitsOf } from '../../src/json/digits.ts';
import { parseExactly } from '../../src/json/exactNumbers.ts';
import { isObject } from '../../src/json/parse.ts';

/** Whether a value is the one that a test expects. `got` is Athena's text, `type` its name of the column's type. */
export const isExpected = (type: string, got: string | null, expected: unknown): boolean => {
  if (got === null || expected === null) return got === expected;
  if (Array.isArray(expected) || isPlainObject(expected))
    return NESTED.has(type) ? isWritten(got, expected) : isSameJson(parseExactly(got)?.value, expected);
  if (JSON.isRawJSON(expected)) return isNumber(type, got, expected.rawJSON);
  if (typeof expected === 'boolean') return type === 'boolean' && got === String(expected);
  return typeof expected === 'string' && isText(type, got, expected);
};

/** A hint for what is mistaken most often: what looks like the value, and is of another kind. */
export const kindHint = (type: string, got: string | null, expected: unknown): string => {
  if (got === null || expected === null) return '';
  if (JSON.isRawJSON(expected) && expected.rawJSON === got)
    return `, which is text (${type}): write it in quotes`;
  const isQuoted = typeof expected === 'string' && digitsOf(expected) !== undefined;
  return isQuoted && NUMERIC.has(type) ? `, which is a number (${type}): write it without quotes` : '';
};

const NESTED = new Set(['array', 'row', 'map']);
const DOUBLES = new Set(['double', 'real', 'float']);
const NUMERIC = new Set([...DOUBLES, 'tinyint', 'smallint', 'integer', 'bigint', 'decimal']);

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !JSON.isRawJSON(value);

const isNumber = (type: string, got: string, expected: string): boolean => {
  if (DOUBLES.has(type)) return Number(got) === Number(expected);
  return NUMERIC.has(type) && isSameNumber(got, expected);
};

const isSameNumber = (one: string, other: string): boolean => {
  const [first, second] = [digitsOf(one), digitsOf(other)];
  return first !== undefined && second !== undefined && compareDigits(first, second) === 0;
};

const isText = (type: string, got: string, expected: string): boolean => {
  if (type === 'boolean') return false;
  // What a number column has beside numbers: NaN, Infinity.
  if (NUMERIC.has(type)) return got === expected && digitsOf(got) === undefined;
  if (type.startsWith('timestamp')) return timeKey(got) === timeKey(expected);
  return got === expected;
};

/** One text for a time, be it written as Athena does or as an event has it: `2026-11-01T10:00:00Z`. */
const timeKey = (text: string): string =>
  text
    .replace(/(\d)T(\d)/, '$1 $2')
    .replace(/(?:Z| UTC)$/, '')
    .replace(/\.(\d*?)0*$/, (_, digits: string) => (digits === '' ? '' : `.${digits}`));

/** Of JSON in a text: names in any order, numbers by their value. */
const isSameJson = (got: unknown, expected: unknown): boolean => {
  if (typeof got === 'number' || JSON.isRawJSON(got)) {
    const text = typeof got === 'number' ? JSON.stringify(got) : got.rawJSON;
    return JSON.isRawJSON(expected) && isSameNumber(text, expected.rawJSON);
  }
  if (Array.isArray(got))
    return (
      Array.isArray(expected) &&
      got.length === expected.length &&
      got.every((one, at) => isSameJson(one, expected[at]))
    );
  if (!isPlainObject(got)) return got === expected;
  if (!isPlainObject(expected)) return false;
  const names = Object.keys(got);
  return (
    names.length === Object.keys(expected).length &&
    names.every((name) => Object.hasOwn(expected, name) && isSameJson(got[name], expected[name]))
  );
};

/**
 * Whether a text is the value as Athena writes arrays, rows and maps: `[{sku=a, price=1.0}, null]`. Nothing is quoted
 * there, so the text alone does not say where a value ends. The expected value does.
 */
const isWritten = (text: string, expected: unknown): boolean =>
  ends(text, 0, expected).some((end) => end === text.length);

/** Where the value may end that begins at a place of the text; none if it does not stand there. */
const ends = (text: string, at: number, expected: unknown): number[] => {
  if (Array.isArray(expected)) return endsOfList(text, at, expected);
  if (isPlainObject(expected)) return endsOfMembers(text, at, Object.entries(expected));
  if (JSON.isRawJSON(expected)) return endsOfNumber(text, at, expected.rawJSON);
  const written = String(expected);
  return text.startsWith(written, at) ? [at + written.length] : [];
};

const NUMBER = /-?\d+(?:\.\d+)?(?:E-?\d+)?/y;

const endsOfNumber = (text: string, at: number, expected: string): number[] => {
  NUMBER.lastIndex = at;
  const [found] = NUMBER.exec(text) ?? [];
  return found !== undefined && isSameNumber(found, expected) ? [at + found.length] : [];
};

const after = (text: string, at: number, mark: string): number[] =>
  text.startsWith(mark, at) ? [at + mark.length] : [];

const endsOfList = (text: string, at: number, items: readonly unknown[]): number[] =>
  items
    .reduce<number[]>(
      (places, item, index) =>
        places
          .flatMap((place) => (index === 0 ? [place] : after(text, place, ', ')))
          .flatMap((place) => ends(text, place, item)),
      after(text, at, '['),
    )
    .flatMap((place) => after(text, place, ']'));

const endsOfMembers = (text: string, at: number, members: readonly [string, unknown][]): number[] =>
  after(text, at, '{')
    .flatMap((place) => restOfMembers(text, place, members, true))
    .flatMap((place) => after(text, place, '}'));

/** Names may stand in any order. */
const restOfMembers = (
  text: string,
  at: number,
  left: readonly [string, unknown][],
  first: boolean,
): number[] => {
  if (left.length === 0) return [at];
  const places = first ? [at] : after(text, at, ', ');
  return places.flatMap((place) =>
    left.flatMap(([name, value]) =>
      after(text, place, `${name}=`)
        .flatMap((from) => ends(text, from, value))
        .flatMap((end) =>
          restOfMembers(
            text,
            end,
            left.filter(([other]) => other !== name),
            false,
          ),
        ),
    ),
  );
};
