import { notSupported } from '../trinoError.ts';

/** A type of Trino. `any` is the type of what we cannot know; it is never guessed to be something else. */
export interface TrinoType {
  name: string;
  /** element of an array; key and value of a map */
  args?: readonly TrinoType[];
  /** of a row; a name may be missing */
  fields?: readonly { name?: string | undefined; type: TrinoType }[];
  precision?: number;
  scale?: number;
  /** of varchar(n) and char(n) */
  length?: number;
  /** digits of a second's fraction: of a time or a timestamp, 3 when none are named */
  fraction?: number;
  /** of a timestamp with time zone, when the statement says which; DuckDB itself only keeps the instant */
  zone?: string;
}

/** The zone of a value that may come from values of several zones. What needs to know it is refused. */
export const MIXED_ZONES = 'of several zones';

const named = (name: string): TrinoType => ({ name });
export const BOOLEAN = named('boolean');
export const TINYINT = named('tinyint');
export const SMALLINT = named('smallint');
export const INTEGER = named('integer');
export const BIGINT = named('bigint');
export const REAL = named('real');
export const DOUBLE = named('double');
export const VARCHAR = named('varchar');
export const VARBINARY = named('varbinary');
export const JSON_TYPE = named('json');
export const DATE = named('date');
export const TIME = named('time');
export const TIMESTAMP = named('timestamp');
export const TIMESTAMP_TZ: TrinoType = { name: 'timestamp with time zone', zone: 'UTC' };
export const INTERVAL_DAY = named('interval day to second');
export const INTERVAL_YEAR = named('interval year to month');
export const UNKNOWN = named('unknown');
export const ANY = named('any');

export const arrayOf = (element: TrinoType): TrinoType => ({ name: 'array', args: [element] });
export const mapOf = (key: TrinoType, value: TrinoType): TrinoType => ({ name: 'map', args: [key, value] });
export const decimal = (precision: number, scale: number): TrinoType => ({
  name: 'decimal',
  precision,
  scale,
});
export const varcharOf = (length: number): TrinoType => ({ name: 'varchar', length });

/** The digits of a second's fraction that values of the type have. */
export const fractionOf = (type: TrinoType): number => (type.name === 'date' ? 0 : (type.fraction ?? 3));
/** The same type with other digits of a second's fraction; three are not named. */
export const withFraction = ({ fraction: _, ...type }: TrinoType, digits: number): TrinoType =>
  digits === 3 ? type : { ...type, fraction: digits };

export const argOf = (type: TrinoType, index: number): TrinoType => type.args?.[index] ?? ANY;

const integers = ['tinyint', 'smallint', 'integer', 'bigint'];
export const isInteger = (type: TrinoType): boolean => integers.includes(type.name);
export const isFloat = (type: TrinoType): boolean => type.name === 'real' || type.name === 'double';
export const isDecimal = (type: TrinoType): boolean => type.name === 'decimal';
export const isNumeric = (type: TrinoType): boolean => isInteger(type) || isFloat(type) || isDecimal(type);
export const isText = (type: TrinoType): boolean => type.name === 'varchar' || type.name === 'char';
export const isInterval = (type: TrinoType): boolean => type.name.startsWith('interval');
export const isOpen = (type: TrinoType): boolean => type.name === 'any' || type.name === 'unknown';
export const isTemporal = (type: TrinoType): boolean =>
  type.name === 'date' || type.name === 'timestamp' || type.name === 'timestamp with time zone';

const digits: Record<string, number> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** An integer as the decimal it widens to. */
export const asDecimal = (type: TrinoType): { precision: number; scale: number } => ({
  precision: type.precision ?? digits[type.name] ?? 38,
  scale: type.scale ?? 0,
});

const duckNames: Record<string, string> = {
  real: 'FLOAT',
  varbinary: 'BLOB',
  char: 'VARCHAR',
  // canonical text: what makes a value of it writes it as Trino does
  json: 'VARCHAR',
  'timestamp with time zone': 'TIMESTAMPTZ',
  'interval day to second': 'INTERVAL',
  'interval year to month': 'INTERVAL',
};
const sameInDuck = ['boolean', 'double', 'varchar', 'date', 'time', 'timestamp', 'uuid', ...integers];

/** An identifier as DuckDB's SQL writes it, quotes included. */
export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** Name of a row's field in DuckDB: an anonymous field is called by its place, field0. */
export const fieldName = (name: string | undefined, index: number): string => name ?? `field${index}`;

/** The type that holds it in DuckDB. */
export const duckType = (type: TrinoType): string => {
  if (type.name === 'array') return `${duckType(argOf(type, 0))}[]`;
  if (type.name === 'map') return `MAP(${duckType(argOf(type, 0))}, ${duckType(argOf(type, 1))})`;
  if (type.name === 'decimal') return `DECIMAL(${type.precision ?? 38}, ${type.scale ?? 0})`;
  if (type.fields) {
    const fields = type.fields.map(
      (field, i) => `${quoted(fieldName(field.name, i))} ${duckType(field.type)}`,
    );
    return `STRUCT(${fields.join(', ')})`;
  }
  if (type.name === 'unknown') return 'INTEGER';
  const duck = duckNames[type.name] ?? (sameInDuck.includes(type.name) ? type.name.toUpperCase() : undefined);
  if (!duck) throw notSupported(`the type ${type.name}`);
  return duck;
};

/** As `typeof()` and SHOW COLUMNS write it. */
export const typeText = (type: TrinoType): string => {
  if (type.args) return `${type.name}(${type.args.map(typeText).join(', ')})`;
  if (type.fields) {
    return `row(${type.fields.map((f) => (f.name ? `${f.name} ` : '') + typeText(f.type)).join(', ')})`;
  }
  if (type.name === 'decimal') return `decimal(${type.precision},${type.scale})`;
  if (type.name.startsWith('time')) return type.name.replace(/^\w+/, `$&(${fractionOf(type)})`);
  return type.length === undefined ? type.name : `${type.name}(${type.length})`;
};

const sameShape = (a: TrinoType, b: TrinoType): boolean => a.name === b.name && !a.args && !a.fields;

/** Two types of one name: the longer text, the finer time. */
const wider = (a: TrinoType, b: TrinoType): TrinoType => {
  if (a.name === 'varchar') {
    return a.length === undefined || b.length === undefined
      ? VARCHAR
      : varcharOf(Math.max(a.length, b.length));
  }
  if (!a.name.startsWith('time')) return a;
  return withZoneOf(withFraction(a, Math.max(fractionOf(a), fractionOf(b))), b);
};

const withZoneOf = (type: TrinoType, other: TrinoType): TrinoType =>
  type.zone === undefined || type.zone === (other.zone ?? 'UTC') ? type : { ...type, zone: MIXED_ZONES };

/** A decimal wide enough for both. */
const widerDecimal = (a: TrinoType, b: TrinoType): TrinoType => {
  const [x, y] = [asDecimal(a), asDecimal(b)];
  const scale = Math.max(x.scale, y.scale);
  return decimal(Math.min(38, Math.max(x.precision - x.scale, y.precision - y.scale) + scale), scale);
};

const commonNested = (a: TrinoType, b: TrinoType): TrinoType | undefined => {
  if (a.name !== b.name) return undefined;
  if (a.fields && b.fields) {
    if (a.fields.length !== b.fields.length) return undefined;
    const fields = a.fields.map((field, i) => {
      const type = commonType(field.type, b.fields?.[i]?.type ?? ANY);
      return type && { name: field.name ?? b.fields?.[i]?.name, type };
    });
    return fields.every((field) => field !== undefined) ? { name: 'row', fields } : undefined;
  }
  const args = a.args?.map((arg, i) => commonType(arg, argOf(b, i))) ?? [];
  return args.every((arg) => arg !== undefined) ? { name: a.name, args } : undefined;
};

/** The type both are coerced to, as Trino does it; undefined when there is none. */
export const commonType = (a: TrinoType, b: TrinoType): TrinoType | undefined => {
  if (a.name === 'unknown') return b;
  if (b.name === 'unknown') return a;
  if (a.name === 'any' || b.name === 'any') return a.name === 'any' ? b : a;
  if (a.name === 'decimal' && b.name === 'decimal') return widerDecimal(a, b);
  if (sameShape(a, b)) return wider(a, b);
  if (isNumeric(a) && isNumeric(b)) {
    if (a.name === 'double' || b.name === 'double') return DOUBLE;
    if (isFloat(a) || isFloat(b)) return REAL;
    if (isDecimal(a) || isDecimal(b)) return widerDecimal(a, b);
    return integers.indexOf(a.name) > integers.indexOf(b.name) ? a : b;
  }
  if (isText(a) && isText(b)) return VARCHAR;
  if (isTemporal(a) && isTemporal(b)) {
    const order = ['date', 'timestamp', 'timestamp with time zone'];
    const [greater, other] = order.indexOf(a.name) > order.indexOf(b.name) ? [a, b] : [b, a];
    return withZoneOf(withFraction(greater, Math.max(fractionOf(a), fractionOf(b))), other);
  }
  return commonNested(a, b);
};
