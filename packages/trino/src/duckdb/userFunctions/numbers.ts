import { crc32 } from 'node:zlib';
import { castText, shortestReal } from '../doubles.ts';
import { bytes, number, refuse, string, type UserFunction } from './function.ts';

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

/** Functions that read or write numbers. */
export const numbers: readonly UserFunction[] = [
  { name: 'trino_double_text', parameters: ['DOUBLE'], result: 'VARCHAR', body: (x) => castText(number(x)) },
  {
    name: 'trino_real_text',
    parameters: ['FLOAT'],
    result: 'VARCHAR',
    body: (x) => castText(shortestReal(number(x))),
  },
  { name: 'trino_double_plain', parameters: ['DOUBLE'], result: 'VARCHAR', body: (x) => String(number(x)) },
  { name: 'trino_crc32', parameters: ['BLOB'], result: 'BIGINT', body: (b) => BigInt(crc32(bytes(b))) },
  { name: 'trino_luhn_check', parameters: ['VARCHAR'], result: 'BOOLEAN', body: (s) => luhn(string(s)) },
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
    body: (n, radix) => (typeof n === 'bigint' ? n : 0n).toString(number(radix)),
  },
  {
    name: 'trino_bit_count',
    parameters: ['BIGINT', 'BIGINT'],
    result: 'BIGINT',
    body: (n, bits) => bitCount(typeof n === 'bigint' ? n : 0n, number(bits)),
  },
];
