import type { TrinoType } from 'headrace-trino';

/** A value on its way to DuckDB: a text that it casts without doubt, or JSON of such texts. */
export type TextValue =
  | null
  | string
  | TextValue[]
  | { [name: string]: TextValue }
  /** a map: an object would put keys that are numbers first */
  | ReadonlyMap<string, TextValue>;

export const isNested = (type: TrinoType): boolean => Boolean(type.args ?? type.fields);

const members = (entries: Iterable<[string, TextValue]>): string =>
  `{${[...entries].map(([name, value]) => `${JSON.stringify(name)}:${jsonText(value)}`).join(',')}}`;

/** A nested value as JSON, its members in their order. */
export const jsonText = (value: TextValue): string => {
  if (value === null || typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  return members(value instanceof Map ? value : Object.entries(value));
};

const bits: Record<string, bigint> = { tinyint: 7n, smallint: 15n, integer: 31n, bigint: 63n };

/** Digits after a point are checked and dropped, as Hive does. */
const integer = (text: string, size: bigint): string | null => {
  const [, digits] = /^([+-]?\d*)(?:\.\d*)?$/.exec(text) ?? [];
  if (digits === undefined || text === '' || /^[+-]$/.test(text)) return null;
  const value = BigInt(/\d/.test(digits) ? digits.replace('+', '') : '0');
  return value >= -(2n ** size) && value < 2n ** size ? String(value) : null;
};

const javaDouble = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[dDfF]?$/;

const double = (text: string): string | null => {
  const plain = text.trim();
  return javaDouble.test(plain) ? plain.replace(/[dDfF]$/, '') : null;
};

const boolean = (text: string): string | null => {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : null;
};

const decimal = (text: string, { precision = 10, scale = 0 }: TrinoType): string | null => {
  const [, , before = '', after = '', , exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?([eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (before + after === '') return null;
  const digits = before.replace(/^0+/, '').length + Number(exponent);
  return digits > precision - scale ? null : text;
};

/** Months, days and hours beyond their end go on into the next, as Java's lenient reader has it. */
const lenient = (parts: readonly string[]): string | null => {
  const [year = 0, month = 1, date = 1, hours = 0, minutes = 0, seconds = 0] = parts.map(Number);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, date);
  time.setUTCHours(hours, minutes, seconds);
  const isInRange = time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9999;
  return isInRange ? time.toISOString() : null;
};

const dateOf = (text: string): string | null => {
  const found = /^\s*(\d{1,4})-(\d{1,2})-(\d{1,2})(?:\s.*)?$/.exec(text);
  return found ? (lenient(found.slice(1))?.slice(0, 10) ?? null) : null;
};

const timestampOf = (text: string): string | null => {
  const found = /^\s*(\d{1,4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?\s*$/.exec(
    text,
  );
  const time = found && lenient(found.slice(1, 7));
  return time ? `${time.slice(0, 10)} ${time.slice(11, 19)}${found[7] ?? ''}` : null;
};

/** The text of a scalar as Hive's LazySimpleSerDe reads it: what is no such value is null. */
export const textScalar = (text: string, type: TrinoType): string | null => {
  const size = bits[type.name];
  if (size !== undefined) return integer(text, size);
  switch (type.name) {
    case 'boolean':
      return boolean(text);
    case 'double':
    case 'real':
      return double(text);
    case 'decimal':
      return decimal(text, type);
    case 'date':
      return dateOf(text);
    case 'timestamp':
      return timestampOf(text);
    default:
      return type.length === undefined ? text : [...text].slice(0, type.length).join('');
  }
};

/** A cell of OpenCSVSerde as the guide has it: dates in days and times in milliseconds since 1970. undefined: none. */
export const csvScalar = (text: string, type: TrinoType): string | undefined => {
  if (type.name === 'varchar') return textScalar(text, type) ?? undefined;
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
  if (type.name === 'date')
    return number === undefined ? undefined : new Date(number * 86_400_000).toISOString().slice(0, 10);
  if (type.name === 'timestamp')
    return number === undefined ? undefined : new Date(number).toISOString().slice(0, 23).replace('T', ' ');
  if (bits[type.name] !== undefined && number === undefined) return undefined;
  return textScalar(text, type) ?? undefined;
};
