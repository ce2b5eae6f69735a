import { timeSyntax } from './instants.ts';

/** A number by its decimal digits: 0.<digits> times ten to the power of `size`. No digits make zero. */
export interface Digits {
  negative: boolean;
  digits: string;
  size: number;
}

const number = new RegExp(timeSyntax.number);
const ZERO = 0x30;

/** Not by /0+$/, which takes a square of the length: a sender may write hundreds of thousands of zeros. */
const withoutLastZeros = (digits: string): string => {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  return digits.slice(0, end);
};

/** Of the text of a JSON number; undefined for any other text. */
export const digitsOf = (text: string): Digits | undefined => {
  const [whole, sign = '', integer = '', fraction = '', exponent = '0'] = number.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = (integer + fraction).replace(/^0+/, '');
  const size = digits.length - fraction.length + Number(exponent);
  return { negative: sign === '-', digits: withoutLastZeros(digits), size };
};

const compareSizes = (one: Digits, other: Digits): number => {
  if (one.size !== other.size) return one.size < other.size ? -1 : 1;
  if (one.digits === other.digits) return 0;
  return one.digits < other.digits ? -1 : 1;
};

/** Below zero if the first number is the smaller one, zero if both are the same. */
export const compareDigits = (one: Digits, other: Digits): number => {
  if (one.digits === '') return other.digits === '' ? 0 : other.negative ? 1 : -1;
  if (other.digits === '' || one.negative !== other.negative) return one.negative ? -1 : 1;
  return one.negative ? compareSizes(other, one) : compareSizes(one, other);
};

/** One text for each number, however it is written. */
export const digitsKey = ({ negative, digits, size }: Digits): string =>
  digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${size}`;

const LONGEST_BIGINT = 19;
const [MOST, LEAST] = ['9223372036854775807', '9223372036854775808'];

/** Whether it is a whole number of 64 bits. */
export const isBigint = ({ negative, digits, size }: Digits): boolean => {
  if (digits === '') return true;
  if (digits.length > size || size > LONGEST_BIGINT) return false;
  return size < LONGEST_BIGINT || digits.padEnd(LONGEST_BIGINT, '0') <= (negative ? LEAST : MOST);
};

/** Whether a decimal of so many digits, so many of them after the point, holds it. */
export const isDecimal = ({ digits, size }: Digits, precision: number, scale: number): boolean =>
  digits === '' || (digits.length - size <= scale && size <= precision - scale);
