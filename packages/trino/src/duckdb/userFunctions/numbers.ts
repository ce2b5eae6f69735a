import { crc32 } from 'node:zlib';
import { castText, shortestReal } from '../doubles.ts';
import { dayIntervalText, monthIntervalText } from '../times/intervals.ts';
import { writeOffset } from '../times/offset.ts';
import { bytes, number, ofTexts, refuse, string, type UserFunction } from './function.ts';

const luhn = (digits: string): boolean => {
  if (!/^\d*$/.test(digits)) return refuse('INVALID_FUNCTION_ARGUMENT: Input contains a non-digit');
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits !== '' && sum % 10 === 0;
};

const fromBase = (text: string, radix: number): bigint => {
  const valid = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, radix);
  if (radix < 2 || radix > 36) return refuse('INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36');
  const digits = text.toLowerCase().replace(/^[+-]/, '');
  if (!digits || [...digits].some((digit) => !valid.includes(digit))) {
    return refuse(`INVALID_FUNCTION_ARGUMENT: Not a valid base-${radix} number: ${text}`);
  }
  const size = [...digits].reduce((total, digit) => total * BigInt(radix) + BigInt(valid.indexOf(digit)), 0n);
  const value = text.startsWith('-') ? -size : size;
  if (BigInt.asIntN(64, value) !== value)
    return refuse(`INVALID_FUNCTION_ARGUMENT: Not a valid base-${radix} number: ${text}`);
  return value;
};

const bitCount = (value: bigint, bits: number): bigint => {
  const low = -(1n << BigInt(bits - 1));
  if (value < low || value >= -low) {
    return refuse(
      `INVALID_FUNCTION_ARGUMENT: Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`,
    );
  }
  return BigInt([...BigInt.asUintN(bits, value).toString(2)].filter((bit) => bit === '1').length);
};

const MOST = 64n;

/** Bits beyond the number's own fall away. */
const shift = (kind: string, value: bigint, by: bigint, bits: number): bigint => {
  if (by < 0n) return refuse('INVALID_FUNCTION_ARGUMENT: Specified shift must be positive');
  const steps = by > MOST ? MOST : by;
  if (kind === 'left') return BigInt.asIntN(bits, value << steps);
  const from = kind === 'right' ? BigInt.asUintN(bits, value) : value;
  return BigInt.asIntN(bits, from >> steps);
};

/** The place of a number between the bins, which are in order. */
const bucketOf = (value: number, bins: string): bigint => {
  const bounds = bins.split(',').map((bin) => Number(bin.replace('inf', 'Infinity')));
  if (Number.isNaN(value)) return refuse('INVALID_FUNCTION_ARGUMENT: Operand cannot be NaN');
  let [low, high] = [0, bounds.length];
  while (low < high) {
    if ((bounds[low] ?? 0) > (bounds[high - 1] ?? 0))
      return refuse('INVALID_FUNCTION_ARGUMENT: Bin values are not sorted in ascending order');
    const middle = Math.trunc((low + high) / 2);
    if (value < (bounds[middle] ?? Number.NaN)) high = middle;
    else low = middle + 1;
  }
  return BigInt(low);
};

const big = (value: unknown): bigint => (typeof value === 'bigint' ? value : 0n);

/** Functions that read or write numbers. */
export const numbers: readonly UserFunction[] = [
  { name: 'trino_double_text', parameters: ['DOUBLE'], result: 'VARCHAR', body: (x) => castText(number(x)) },
  {
    name: 'trino_real_text',
    parameters: ['FLOAT'],
    result: 'VARCHAR',
    body: (x) => castText(shortestReal(number(x))),
  },
  {
    name: 'trino_real_plain',
    parameters: ['FLOAT'],
    result: 'VARCHAR',
    body: (x) => String(shortestReal(number(x))),
  },
  ofTexts('trino_to_double', 1, 'DOUBLE', (text) => Number(text.trim().replace(/[dDfF]$/, ''))),
  {
    name: 'trino_shift',
    parameters: ['VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT'],
    result: 'BIGINT',
    body: (kind, value, by, bits) => shift(string(kind), big(value), big(by), number(bits)),
  },
  {
    name: 'trino_bucket_of',
    parameters: ['DOUBLE', 'VARCHAR'],
    result: 'BIGINT',
    body: (value, bins) => bucketOf(number(value), string(bins)),
  },
  {
    name: 'trino_offset_text',
    parameters: ['BIGINT'],
    result: 'VARCHAR',
    body: (n) => (number(n) === 0 ? 'Z' : writeOffset(number(n))),
  },
  {
    name: 'trino_interval_text',
    parameters: ['BIGINT'],
    result: 'VARCHAR',
    body: (n) => dayIntervalText(big(n)),
  },
  {
    name: 'trino_months_text',
    parameters: ['BIGINT'],
    result: 'VARCHAR',
    body: (n) => monthIntervalText(big(n)),
  },
  { name: 'trino_cbrt', parameters: ['DOUBLE'], result: 'DOUBLE', body: (x) => Math.cbrt(number(x)) },
  { name: 'trino_double_plain', parameters: ['DOUBLE'], result: 'VARCHAR', body: (x) => String(number(x)) },
  { name: 'trino_crc32', parameters: ['BLOB'], result: 'BIGINT', body: (b) => BigInt(crc32(bytes(b))) },
  ofTexts('trino_luhn_check', 1, 'BOOLEAN', luhn),
  {
    name: 'trino_from_base',
    parameters: ['VARCHAR', 'BIGINT'],
    result: 'BIGINT',
    body: (s, radix) => fromBase(string(s), number(radix)),
  },
  {
    name: 'trino_to_base',
    parameters: ['BIGINT', 'BIGINT'],
    result: 'VARCHAR',
    body: (n, radix) =>
      number(radix) < 2 || number(radix) > 36
        ? refuse('INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36')
        : big(n).toString(number(radix)),
  },
  {
    name: 'trino_bit_count',
    parameters: ['BIGINT', 'BIGINT'],
    result: 'BIGINT',
    body: (n, bits) => bitCount(big(n), number(bits)),
  },
];
