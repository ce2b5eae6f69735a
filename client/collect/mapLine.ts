import { createHash } from 'node:crypto';

/** How lines of any JSON become events: names of fields, a dotted path where no field has that very name. */
export interface Mapping {
  id?: string;
  name?: string;
  time?: string;
  /** Event name of lines in which the field of `name` is missing. */
  as?: string;
}

export const isMapped = (mapping: Mapping): boolean =>
  mapping.id !== undefined ||
  mapping.name !== undefined ||
  mapping.time !== undefined ||
  mapping.as !== undefined;

/**
 * Returns a function from line to event line. The line's own text goes into `properties` untouched, so that no
 * digit and no character of it can change. A line without an id gets one made of its text and of how often that
 * text has come before: the same file sent twice makes the same ids.
 */
export const lineMapper = (mapping: Mapping): ((line: string) => string) => {
  const seen = new Map<string, number>();
  const idOf = (line: string): string => {
    const digest = createHash('sha256').update(line).digest('hex').slice(0, 32);
    const before = seen.get(digest) ?? 0;
    seen.set(digest, before + 1);
    return before === 0 ? digest : `${digest}-${before}`;
  };
  return isMapped(mapping) ? (line) => mapLine(line, mapping, idOf) : (line) => withId(line, idOf);
};

const mapLine = (line: string, mapping: Mapping, idOf: (line: string) => string): string => {
  const fields = parseObject(line);
  // What is not an object cannot be mapped: the collector rejects it, and it lands in quarantine as it is.
  if (!fields) return line;
  const id = scalar(mapping.id === undefined ? undefined : lookUp(fields, mapping.id)) ?? idOf(line);
  const name = scalar(mapping.name === undefined ? undefined : lookUp(fields, mapping.name)) ?? mapping.as;
  const time = mapping.time === undefined ? undefined : lookUp(fields, mapping.time);
  const head = JSON.stringify({ event_id: id, event_name: name, event_time: instant(time) });
  return `${head.slice(0, -1)},"properties":${line}}`;
};

const withId = (line: string, idOf: (line: string) => string): string => {
  const fields = parseObject(line);
  if (!fields || typeof fields.event_id === 'string') return line;
  const rest = line.trimStart().slice(1);
  const comma = Object.keys(fields).length > 0 ? ',' : '';
  return `{"event_id":${JSON.stringify(idOf(line))}${comma}${rest}`;
};

const parseObject = (line: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lookUp = (fields: Record<string, unknown>, path: string): unknown => {
  if (Object.hasOwn(fields, path)) return fields[path];
  let value: unknown = fields;
  for (const step of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
};

const scalar = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

/** Seconds since 1970 reach 10^11 only in the year 5138, milliseconds passed it in 1973. */
const FIRST_MILLISECONDS = 1e11;

/** ISO text as it is (the collector checks it); a number is epoch seconds or milliseconds. */
const instant = (value: unknown): unknown => {
  if (typeof value !== 'number') return value;
  const ms = Math.abs(value) < FIRST_MILLISECONDS ? value * 1000 : value;
  const date = new Date(Math.round(ms));
  return Number.isNaN(date.getTime()) ? value : date.toISOString();
};
