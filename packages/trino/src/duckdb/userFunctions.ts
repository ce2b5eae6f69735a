import { crc32 } from 'node:zlib';
import { castText, shortestReal } from './doubles.ts';

const refuse = (message: string): never => {
  throw new Error(`trino:${message}`);
};

/** What a function gets and gives; a NULL argument gives NULL without a call. */
export type Value = string | bigint | number | boolean | Uint8Array | null;

export interface UserFunction {
  name: string;
  parameters: readonly ('VARCHAR' | 'DOUBLE' | 'FLOAT' | 'BIGINT' | 'BLOB')[];
  result: 'VARCHAR' | 'BIGINT' | 'BOOLEAN';
  body(...args: Value[]): Value;
}

const string = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const number = (value: Value | undefined): number => Number(value ?? 0);
const bytes = (value: Value | undefined): Uint8Array =>
  value instanceof Uint8Array ? value : new Uint8Array();

/** JSON as Trino keeps it: keys sorted, no spaces, every digit as it came. */
const sortedJson = (text: string): string => {
  const keepDigits = (_key: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' && context.source !== undefined ? JSON.rawJSON(context.source) : value;
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sort(inner)]));
  };
  try {
    return JSON.stringify(sort(JSON.parse(text, keepDigits)));
  } catch {
    return refuse(`INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '${text.slice(0, 100)}'`);
  }
};

/** Whether an array of JSON has the value as a scalar of its own kind: 1 is no '1', and 1.5 no integer. */
const arrayContains = (json: string, wanted: string, kind: string): boolean | null => {
  const raw: unknown[] = [];
  try {
    const parsed: unknown = JSON.parse(json, (_key, value, context: { source?: string }) =>
      typeof value === 'number' && context.source !== undefined ? { number: context.source } : value,
    );
    if (!Array.isArray(parsed)) return null;
    raw.push(...parsed);
  } catch {
    return null;
  }
  return raw.some((item) => {
    if (kind === 'boolean') return typeof item === 'boolean' && String(item) === wanted;
    if (kind === 'string') return item === wanted;
    const source =
      typeof item === 'object' && item !== null && 'number' in item ? String(item.number) : undefined;
    if (source === undefined) return false;
    const whole = /^-?\d+$/.test(source);
    return kind === 'integer'
      ? whole && BigInt(source) === BigInt(wanted)
      : !whole && Number(source) === Number(wanted);
  });
};

const translated = (text: string, from: string, to: string): string => {
  const [sources, targets] = [[...from], [...to]];
  return [...text].map((c) => (sources.includes(c) ? (targets[sources.indexOf(c)] ?? '') : c)).join('');
};

/** Percent-decoding as Java's URI does it: bytes that are no UTF-8 become U+FFFD. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    const bytes = text.replaceAll(
      /%([0-9a-f]{2})|[^%]+/gi,
      (all, hex: string | undefined) => hex ?? Buffer.from(all).toString('hex'),
    );
    return Buffer.from(bytes, 'hex').toString('utf8');
  }
};

const isMalformed = (text: string): boolean => /%(?![0-9a-f]{2})/i.test(text);

const urlDecoded = (text: string): string =>
  isMalformed(text)
    ? refuse(
        `INVALID_FUNCTION_ARGUMENT: URLDecoder: Illegal hex characters in escape (%) pattern: ${text.slice(0, 100)}`,
      )
    : decoded(text.replaceAll('+', ' '));

const urlPart = (url: string, part: string): Value => {
  const [, scheme, authority, path = '', query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? [];
  if (/[\s"<>\\^`{|}]/.test(url) || isMalformed(url)) return null; // java.net.URI would not parse it
  const [, host = '', port] = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority ?? '') ?? [];
  const parts: Record<string, () => Value> = {
    protocol: () => scheme ?? '',
    host: () => host,
    port: () => port ?? null,
    path: () => decoded(path),
    query: () => decoded(query ?? ''),
    fragment: () => decoded(fragment ?? ''),
  };
  return parts[part]?.() ?? null;
};

const urlParameter = (url: string, name: string): Value => {
  const query = /\?([^#]*)/.exec(url)?.[1];
  const found = query?.split('&').find((pair) => (pair.split('=')[0] ?? '') === name);
  if (found === undefined) return null;
  const value = found.includes('=') ? found.slice(found.indexOf('=') + 1) : '';
  return isMalformed(url) ? null : urlDecoded(value);
};

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

const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const levenshtein = (a: string, b: string): bigint => {
  const [from, to] = [[...a], [...b]];
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

export const userFunctions: readonly UserFunction[] = [
  { name: 'trino_double_text', parameters: ['DOUBLE'], result: 'VARCHAR', body: (x) => castText(number(x)) },
  {
    name: 'trino_real_text',
    parameters: ['FLOAT'],
    result: 'VARCHAR',
    body: (x) => castText(shortestReal(number(x))),
  },
  { name: 'trino_double_plain', parameters: ['DOUBLE'], result: 'VARCHAR', body: (x) => String(number(x)) },
  {
    name: 'trino_json_sorted',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (x) => sortedJson(string(x)),
  },
  {
    name: 'trino_json_array_contains',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    result: 'BOOLEAN',
    body: (json, value, kind) => arrayContains(string(json), string(value), string(kind)),
  },
  {
    name: 'trino_translate',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (s, a, b) => translated(string(s), string(a), string(b)),
  },
  {
    name: 'trino_reverse',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (s) => [...string(s)].reverse().join(''),
  },
  {
    name: 'trino_normalize',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (s, form) => string(s).normalize(string(form)),
  },
  {
    name: 'trino_from_utf8',
    parameters: ['BLOB'],
    result: 'VARCHAR',
    body: (b) => new TextDecoder().decode(bytes(b)),
  },
  { name: 'trino_crc32', parameters: ['BLOB'], result: 'BIGINT', body: (b) => BigInt(crc32(bytes(b))) },
  { name: 'trino_luhn_check', parameters: ['VARCHAR'], result: 'BOOLEAN', body: (s) => luhn(string(s)) },
  {
    name: 'trino_url_encode',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (s) => urlEncoded(string(s)),
  },
  {
    name: 'trino_url_decode',
    parameters: ['VARCHAR'],
    result: 'VARCHAR',
    body: (s) => urlDecoded(string(s)),
  },
  {
    name: 'trino_url_part',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (u, part) => urlPart(string(u), string(part)),
  },
  {
    name: 'trino_url_parameter',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'VARCHAR',
    body: (u, name) => urlParameter(string(u), string(name)),
  },
  {
    name: 'trino_levenshtein',
    parameters: ['VARCHAR', 'VARCHAR'],
    result: 'BIGINT',
    body: (a, b) => levenshtein(string(a), string(b)),
  },
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
  {
    name: 'trino_strpos',
    parameters: ['VARCHAR', 'VARCHAR', 'BIGINT'],
    result: 'BIGINT',
    body: (s, w, n) => strpos(string(s), string(w), number(n)),
  },
];
