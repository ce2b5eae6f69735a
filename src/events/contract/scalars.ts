import { type Digits, digitsOf, isBigint, isDecimal } from '../../json/digits.ts';
import { instantOf, isDay } from '../../json/instants.ts';
import { decimalOf, isDecimalType, type ScalarType } from '../columnType.ts';

/**
 * Whether a value of JSON fills a column of a type, as builds see it (src/tables/typing): held together by a test.
 * Numbers may be kept as their text, see src/json/exactNumbers.ts.
 */
type Fits = (value: unknown) => boolean;

/** The text of a number; undefined for anything else. */
const numberText = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' && value !== null && JSON.isRawJSON(value) ? value.rawJSON : undefined;
};

export const digitsOfValue = (value: unknown): Digits | undefined => {
  const text = numberText(value);
  return text === undefined ? undefined : digitsOf(text);
};

const plain: Readonly<Record<Exclude<ScalarType, `decimal${string}`>, Fits>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  timestamp: (value) => instantOf(value) !== undefined,
  date: (value) => typeof value === 'string' && isDay(value),
  json: () => true,
  double: (value) => {
    const text = numberText(value);
    return text !== undefined && Number.isFinite(Number(text));
  },
  bigint: (value) => {
    if (Number.isSafeInteger(value)) return true;
    const digits = digitsOfValue(value);
    return digits !== undefined && isBigint(digits);
  },
};

export const fitsOf = (type: ScalarType): Fits => {
  if (!isDecimalType(type)) return plain[type];
  const [precision, scale] = (decimalOf(type) ?? []).map(Number);
  return (value) => {
    const digits = digitsOfValue(value);
    return digits !== undefined && isDecimal(digits, precision ?? 0, scale ?? 0);
  };
};

/** What a sender gave, in a word: what was sent is not repeated. */
export const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  return numberText(value) === undefined ? 'an object' : 'a number';
};
