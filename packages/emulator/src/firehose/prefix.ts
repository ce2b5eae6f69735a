import { randomBytes, randomUUID } from 'node:crypto';

/**
 * Names of delivered objects. "Understand custom prefixes for Amazon S3 objects" of Firehose's guide: a prefix holds
 * expressions `!{namespace:value}`, and every timestamp in it is the arrival of the oldest record of the object, in UTC.
 */

const expression = /!\{([^:}]*):([^}]*)\}/g;

/** What Firehose appends to a prefix without a timestamp. */
const HOUR_FOLDERS = '!{timestamp:yyyy/MM/dd/HH/}';

const RANDOM_CHARACTERS = 11;

const field = (atMs: number, from: number, to: number): string =>
  new Date(atMs).toISOString().slice(from, to);

/** Letters of Java's DateTimeFormatter, as many of them as stand here. Text in it stands between single quotes. */
const letters: Readonly<Record<string, (atMs: number) => string>> = {
  yyyy: (atMs) => field(atMs, 0, 4),
  MM: (atMs) => field(atMs, 5, 7),
  dd: (atMs) => field(atMs, 8, 10),
  HH: (atMs) => field(atMs, 11, 13),
  mm: (atMs) => field(atMs, 14, 16),
  ss: (atMs) => field(atMs, 17, 19),
};

const part = /'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

const formatted = (pattern: string, atMs: number): string =>
  pattern.replace(part, (found: string, quoted: string | undefined) =>
    quoted === undefined ? (letters[found]?.(atMs) ?? found) : quoted === '' ? "'" : quoted,
  );

/** Patterns of `!{timestamp:…}` that are not emulated, of a prefix. */
const unknownLetters = (pattern: string): string[] =>
  [...pattern.matchAll(part)]
    .filter(([found, quoted, letter]) => quoted === undefined && letter !== undefined && !(found in letters))
    .map(([found]) => `!{timestamp:${found}}`);

const unknownIn = (prefix: string, allowed: readonly string[]): string[] =>
  [...prefix.matchAll(expression)].flatMap(([found, namespace = '', value = '']) => {
    if (namespace === 'timestamp') return unknownLetters(value);
    return allowed.includes(`${namespace}:${value}`) ? [] : [found];
  });

/** What is wrong with the two prefixes of a destination; undefined when nothing is. */
export const prefixFault = (prefix: string, errorPrefix: string | undefined): string | undefined => {
  const unknown = [
    ...unknownIn(prefix, ['firehose:random-string']),
    ...unknownIn(errorPrefix ?? '', ['firehose:random-string', 'firehose:error-output-type']),
  ];
  if (unknown.length > 0)
    return `Prefix and ErrorOutputPrefix: not emulated, or not allowed there: ${unknown.join(', ')}`;
  if (!prefix.includes('!{') && !errorPrefix?.includes('!{')) return undefined;
  if (errorPrefix?.includes('!{firehose:error-output-type}')) return undefined;
  return 'ErrorOutputPrefix must hold !{firehose:error-output-type} when a prefix has expressions';
};

const randomString = (): string =>
  randomBytes(RANDOM_CHARACTERS).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, RANDOM_CHARACTERS);

const evaluated = (prefix: string, oldestMs: number): string => {
  const whole = prefix.includes('!{timestamp:') ? prefix : `${prefix}${HOUR_FOLDERS}`;
  return whole.replace(expression, (_found, namespace: string, value: string) =>
    namespace === 'timestamp' ? formatted(value, oldestMs) : randomString(),
  );
};

interface Naming {
  prefix: string;
  deliveryStream: string;
  version: number;
  extension: string;
}

/** `<prefix><delivery stream>-<version>-2026-11-01-05-12-07-<uuid><extension>`, another one at every call. */
export const objectKey = (
  { prefix, deliveryStream, version, extension }: Naming,
  oldestMs: number,
): string => {
  const time = formatted('yyyy-MM-dd-HH-mm-ss', oldestMs);
  return `${evaluated(prefix, oldestMs)}${deliveryStream}-${version}-${time}-${randomUUID()}${extension}`;
};
