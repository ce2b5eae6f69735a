import { castText, javaDouble } from '../doubles.ts';
import { remembered } from '../remembered.ts';
import { refuse } from '../userFunctions/function.ts';
import { type JsonValue, readJson } from './reader.ts';
import { isFloat, jsonString, writeJson } from './writer.ts';

/** What to make of JSON: the name of a simple type, or what it is made of. */
export type Spec = string | { row: [string, Spec][] } | { array: Spec } | { map: [string, Spec] };

const limits: Record<string, bigint> = {
  tinyint: 1n << 7n,
  smallint: 1n << 15n,
  integer: 1n << 31n,
  bigint: 1n << 63n,
};

const refused = (value: JsonValue, to: string): never => {
  const shown = value.kind === 'string' ? value.value : writeJson(value, false);
  return refuse(`INVALID_CAST_ARGUMENT: Cannot cast '${shown}' to ${to}`);
};

/** Half away from zero. */
const nearest = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

const wholeOf = (value: JsonValue, to: string): bigint | undefined => {
  if (value.kind === 'true' || value.kind === 'false') return value.kind === 'true' ? 1n : 0n;
  if (value.kind === 'string')
    return /^[+-]?\d+$/.test(value.value) ? BigInt(value.value.replace('+', '')) : undefined;
  if (value.kind !== 'number') return refused(value, to);
  if (!isFloat(value.text)) return BigInt(value.text);
  return Number.isFinite(Number(value.text)) ? BigInt(nearest(Number(value.text))) : undefined;
};

const integer = (value: JsonValue, to: string): string => {
  const whole = wholeOf(value, to);
  const limit = limits[to] ?? 0n;
  return whole === undefined || whole < -limit || whole >= limit ? refused(value, to) : String(whole);
};

const floating = /^\s*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?\s*$/;

const double = (value: JsonValue, to: string): string => {
  if (value.kind === 'true' || value.kind === 'false') return value.kind === 'true' ? '1' : '0';
  if (value.kind === 'string' && !floating.test(value.value)) return refused(value, to);
  if (value.kind !== 'string' && value.kind !== 'number') return refused(value, to);
  const number = Number((value.kind === 'string' ? value.value : value.text).trim().replace(/[fFdD]$/, ''));
  return javaDouble(to === 'real' ? Math.fround(number) : number);
};

const boolean = (value: JsonValue, to: string): string => {
  if (value.kind === 'true' || value.kind === 'false') return value.kind;
  if (value.kind === 'number') return String(Number(value.text) !== 0);
  const word = value.kind === 'string' ? value.value.toLowerCase() : '';
  if (['t', 'true', '1'].includes(word)) return 'true';
  return ['f', 'false', '0'].includes(word) ? 'false' : refused(value, to);
};

const decimal = (value: JsonValue, to: string): string => {
  if (value.kind === 'true' || value.kind === 'false') return value.kind === 'true' ? '1' : '0';
  const text = value.kind === 'string' ? value.value : value.kind === 'number' ? value.text : '';
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? text : refused(value, to.toUpperCase());
};

const varchar = (value: JsonValue, to: string): string => {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'number') return isFloat(value.text) ? castText(Number(value.text)) : value.text;
  return value.kind === 'true' || value.kind === 'false' ? value.kind : refused(value, to);
};

const patterned =
  (pattern: RegExp) =>
  (value: JsonValue, to: string): string =>
    value.kind === 'string' && pattern.test(value.value) ? value.value : refused(value, to);

const scalars: Record<string, (value: JsonValue, to: string) => string> = {
  boolean,
  varchar,
  tinyint: integer,
  smallint: integer,
  integer,
  bigint: integer,
  real: double,
  double,
  date: patterned(/^\d{4}-\d{1,2}-\d{1,2}$/),
  timestamp: patterned(/^\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,6})?)?)?$/),
};

/** A simple value as a text that DuckDB casts; undefined for NULL. */
const scalar = (value: JsonValue, to: string): string | undefined => {
  if (to === 'json') return writeJson(value, false);
  if (value.kind === 'null') return undefined;
  return (scalars[to] ?? decimal)(value, to);
};

const nested = (value: JsonValue, to: Spec): string => {
  if (typeof to === 'string') {
    const text = scalar(value, to);
    return text === undefined ? 'null' : jsonString(text);
  }
  if (value.kind === 'null') return 'null';
  if ('array' in to) {
    if (value.kind !== 'array') return refused(value, 'array');
    return `[${value.items.map((item) => nested(item, to.array)).join(',')}]`;
  }
  return 'map' in to ? map(value, to.map) : row(value, to.row);
};

const map = (value: JsonValue, [key, inner]: [string, Spec]): string => {
  if (value.kind !== 'object') return refused(value, 'map');
  const members = value.members.map(([name, member]): [string, string] => [
    scalar({ kind: 'string', value: name }, key) ?? '',
    nested(member, inner),
  ]);
  if (new Set(members.map(([name]) => name)).size < members.length)
    return refused(value, 'map: a key comes twice');
  return `{${members.map(([name, member]) => `${jsonString(name)}:${member}`).join(',')}}`;
};

/** The fields of a row by their place in an array, or by their names in an object, whatever their case. */
const row = (value: JsonValue, fields: readonly [string, Spec][]): string => {
  const values = new Map<string, JsonValue>();
  if (value.kind === 'array' && value.items.length === fields.length) {
    fields.forEach(([name], i) => {
      values.set(name, value.items[i] ?? { kind: 'null' });
    });
  } else if (value.kind === 'object') {
    for (const [name, member] of value.members) {
      const known = name.toLowerCase();
      if (!fields.some(([field]) => field === known)) continue;
      if (values.has(known))
        return refuse(`INVALID_CAST_ARGUMENT: Cannot cast to row: Duplicate field: ${known}`);
      values.set(known, member);
    }
  } else return refused(value, 'row');
  const members = fields.map(([name, spec]) => {
    const member = values.get(name);
    return `${jsonString(name)}:${member ? nested(member, spec) : 'null'}`;
  });
  return `{${members.join(',')}}`;
};

const specOf = remembered((text: string): Spec => JSON.parse(text));

/** CAST(json AS …): a text that DuckDB casts to the type, in JSON when the type is made of others. */
export const castJson = (text: string, spec: string): string | null => {
  const to = specOf(spec);
  const value = readJson(text);
  if (typeof to === 'string') return scalar(value, to) ?? null;
  return value.kind === 'null' ? null : nested(value, to);
};
