import { createHash, createHmac } from 'node:crypto';
import { bytes, number, ofTexts, refuse, string, type UserFunction } from './function.ts';

const translated = (text: string, from: string, to: string): string => {
  const [sources, targets] = [[...from], [...to]];
  return [...text].map((c) => (sources.includes(c) ? (targets[sources.indexOf(c)] ?? '') : c)).join('');
};

/** The n-th place where it stands, from the end for a negative n; 0 when there is none. */
const strpos = (text: string, wanted: string, instance: number): bigint => {
  if (instance === 0)
    return refuse("INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number");
  if (wanted === '') return 1n;
  const places: number[] = [];
  const step = (at: number): number => at + 1;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, step(at))) places.push(at);
  const place = instance > 0 ? places[instance - 1] : places.at(instance);
  return place === undefined ? 0n : BigInt([...text.slice(0, place)].length + 1);
};

const levenshtein = (a: string, b: string): bigint => {
  const [from, to] = [[...a], [...b]];
  if (from.length * (to.length - 1) > 1_000_000)
    return refuse('INVALID_FUNCTION_ARGUMENT: The combined inputs for Levenshtein distance are too large');
  let row = to.map((_, i) => i + 1);
  from.forEach((x, i) => {
    let left = i + 1;
    row = to.map((y, j) => {
      const diagonal = j === 0 ? i : (row[j - 1] ?? 0);
      left = Math.min(left + 1, (row[j] ?? 0) + 1, diagonal + (x === y ? 0 : 1));
      return left;
    });
  });
  return BigInt(row.at(-1) ?? from.length);
};

const hamming = (a: string, b: string): bigint => {
  const [one, other] = [[...a], [...b]];
  if (one.length !== other.length)
    return refuse(
      'INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length',
    );
  return BigInt(one.filter((c, i) => c !== other[i]).length);
};

/** Java maps each letter to one letter, or leaves it. */
const oneByOne = (text: string, mapped: (c: string) => string): string =>
  [...text].map((c) => ([...mapped(c)].length === 1 ? mapped(c) : c)).join('');

const lower = (text: string): string => oneByOne(text.replaceAll('\u0130', 'i'), (c) => c.toLowerCase());

const fromHex = (text: string): Uint8Array => {
  const wrong = /[^0-9a-fA-F]/.exec(text)?.[0];
  if (wrong !== undefined)
    return refuse(`INVALID_FUNCTION_ARGUMENT: not a hexadecimal digit: "${wrong}" = ${wrong.charCodeAt(0)}`);
  if (text.length % 2 === 1) return refuse('INVALID_FUNCTION_ARGUMENT: string length must be even');
  return Buffer.from(text, 'hex');
};

const fromBase64 = (text: string): Uint8Array => {
  const plain = text.replace(/={0,2}$/, '');
  if (
    !/^[A-Za-z0-9+/]*$/.test(plain) ||
    plain.length % 4 === 1 ||
    (text.includes('=') && text.length % 4 !== 0)
  )
    return refuse('INVALID_FUNCTION_ARGUMENT: Illegal base64 text');
  return Buffer.from(text, 'base64');
};

/** As substr() of text: places count from 1, or from the end. */
const bytesFrom = (all: Uint8Array, start: number, length: number): Uint8Array => {
  const from = start < 0 ? all.length + start : start - 1;
  if (start === 0 || from < 0 || from >= all.length || length <= 0) return new Uint8Array();
  return all.slice(from, from + length);
};

const padded = (all: Uint8Array, size: number, fill: Uint8Array, side: string): Uint8Array => {
  if (fill.length === 0) return refuse('INVALID_FUNCTION_ARGUMENT: Padding bytes must not be empty');
  if (size < 0 || size > 2147483647)
    return refuse('INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]');
  if (size > 10_000_000) return refuse('NOT_SUPPORTED: padding to more than 10000000 bytes is not supported');
  if (size <= all.length) return all.slice(0, size);
  const rest = Buffer.alloc(size - all.length, fill);
  return Buffer.concat(side === 'left' ? [rest, all] : [all, rest]);
};

/** Functions of text. */
export const strings: readonly UserFunction[] = [
  ofTexts('trino_translate', 3, 'VARCHAR', translated),
  ofTexts('trino_reverse', 1, 'VARCHAR', (text) => [...text].reverse().join('')),
  ofTexts('trino_normalize', 2, 'VARCHAR', (text, form) => text.normalize(form)),
  {
    name: 'trino_from_utf8',
    parameters: ['BLOB'],
    result: 'VARCHAR',
    body: (b) => new TextDecoder().decode(bytes(b)),
  },
  ofTexts('trino_levenshtein', 2, 'BIGINT', levenshtein),
  ofTexts('trino_hamming', 2, 'BIGINT', hamming),
  {
    name: 'trino_strpos',
    parameters: ['VARCHAR', 'VARCHAR', 'BIGINT'],
    result: 'BIGINT',
    body: (s, w, n) => strpos(string(s), string(w), number(n)),
  },
  ofTexts('trino_upper', 1, 'VARCHAR', (text) => oneByOne(text, (c) => c.toUpperCase())),
  ofTexts('trino_lower', 1, 'VARCHAR', lower),
  ofTexts('trino_from_hex', 1, 'BLOB', fromHex),
  ofTexts('trino_from_base64', 1, 'BLOB', fromBase64),
  {
    name: 'trino_reverse_bytes',
    parameters: ['BLOB'],
    result: 'BLOB',
    body: (b) => bytes(b).slice().reverse(),
  },
  {
    name: 'trino_bytes_from',
    parameters: ['BLOB', 'BIGINT', 'BIGINT'],
    result: 'BLOB',
    body: (b, start, length) => bytesFrom(bytes(b), number(start), number(length)),
  },
  {
    name: 'trino_pad_bytes',
    parameters: ['BLOB', 'BIGINT', 'BLOB', 'VARCHAR'],
    result: 'BLOB',
    body: (b, size, fill, side) => padded(bytes(b), number(size), bytes(fill), string(side)),
  },
  {
    name: 'trino_digest',
    parameters: ['BLOB', 'VARCHAR'],
    result: 'BLOB',
    body: (b, algorithm) => createHash(string(algorithm)).update(bytes(b)).digest(),
  },
  {
    name: 'trino_hmac',
    parameters: ['BLOB', 'BLOB', 'VARCHAR'],
    result: 'BLOB',
    body: (b, key, algorithm) => createHmac(string(algorithm), bytes(key)).update(bytes(b)).digest(),
  },
];
