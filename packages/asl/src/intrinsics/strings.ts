import { createHash } from 'node:crypto';
import { isObject, type Json } from '../values.ts';
import { type Intrinsic, intrinsicFailure, stringAt } from './function.ts';

/** AWS's quota for the input of Base64Encode, Base64Decode and Hash. */
const longestInput = 10_000;

const algorithms = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

export const strings: { readonly [name: string]: Intrinsic } = {
  StringSplit: { arity: [2, 2], call: (args) => split(stringAt(args, 0), stringAt(args, 1)) },
  Base64Encode: {
    arity: [1, 1],
    call: (args) => Buffer.from(short(stringAt(args, 0))).toString('base64'),
  },
  Base64Decode: {
    arity: [1, 1],
    call: (args) => Buffer.from(short(stringAt(args, 0)), 'base64').toString('utf8'),
  },
  Hash: { arity: [2, 2], call: (args) => hash(args[0] ?? null, stringAt(args, 1)) },
  UUID: { arity: [0, 0], call: (_, random) => random.uuid() },
};

/** Every character of `separators` separates; empty parts are left out (recorded answers of AWS). */
const split = (text: string, separators: string): Json => {
  const wanted = new Set(separators);
  const parts = [''];
  for (const character of text) {
    if (wanted.has(character)) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts.filter((part) => part !== '');
};

const hash = (data: Json, algorithm: string): Json => {
  if (!algorithms.includes(algorithm)) {
    throw intrinsicFailure(
      `The hashing algorithm must be one of ${algorithms.join(', ')}, but was ${algorithm}`,
    );
  }
  const text = short(typeof data === 'string' ? data : JSON.stringify(data));
  return createHash(algorithm.replace('-', '').toLowerCase()).update(text).digest('hex');
};

const short = (text: string): string => {
  if (text.length > longestInput)
    throw intrinsicFailure(`The input may have at most ${longestInput} characters`);
  return text;
};

/**
 * States.Format over the template as it is written: `{}` takes the next argument, `\` frees the next character.
 */
export const format = (rawTemplate: string, args: readonly Json[]): string => {
  let used = 0;
  const text = rawTemplate.replace(/\\([\s\S])|\{\}/g, (_, freed: string | undefined) => {
    if (freed !== undefined) return freed;
    used += 1;
    const value = args[used - 1];
    return value === undefined ? '' : display(value);
  });
  if (used !== args.length) {
    throw intrinsicFailure(
      `number of arguments do not match the occurrences of {}: ${args.length} for ${used}`,
    );
  }
  return text;
};

/** AWS prints objects and arrays the way Java's collections print themselves: `{a=1, b=[x]}`. */
const display = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(display).join(', ')}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}=${display(inner)}`)
    .join(', ')}}`;
};
