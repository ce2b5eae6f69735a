import { notSupported } from '../trinoError.ts';
import * as types from './types.ts';

const scalars: Record<string, types.TrinoType> = {
  string: types.VARCHAR,
  varchar: types.VARCHAR,
  boolean: types.BOOLEAN,
  tinyint: types.TINYINT,
  smallint: types.SMALLINT,
  int: types.INTEGER,
  integer: types.INTEGER,
  bigint: types.BIGINT,
  float: types.REAL,
  double: types.DOUBLE,
  date: types.DATE,
  timestamp: types.TIMESTAMP,
  binary: types.VARBINARY,
};

/** `a:int,b:array<string>` cut at its commas, not at those of inner types. */
const split = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [i, c] of [...text].entries()) {
    if (c === '<' || c === '(') depth += 1;
    if (c === '>' || c === ')') depth -= 1;
    if (c !== ',' || depth > 0) continue;
    parts.push(text.slice(start, i));
    start = i + 1;
  }
  return [...parts, text.slice(start)];
};

/** A column's type as a Hive metastore writes it: `array<struct<a:int>>`. Throws TrinoError NOT_SUPPORTED. */
export const hiveType = (written: string): types.TrinoType => {
  const text = written.trim().toLowerCase();
  const inner = /^(array|map|struct)\s*<(.*)>$/s.exec(text);
  const parts = inner?.[2] === undefined ? [] : split(inner[2]);
  if (inner?.[1] === 'array') return types.arrayOf(hiveType(parts[0] ?? ''));
  if (inner?.[1] === 'map') return types.mapOf(hiveType(parts[0] ?? ''), hiveType(parts[1] ?? ''));
  if (inner?.[1] === 'struct') {
    const fields = parts.map((part) => ({
      name: part.slice(0, part.indexOf(':')).trim(),
      type: hiveType(part.slice(part.indexOf(':') + 1)),
    }));
    return { name: 'row', fields };
  }
  const [, name = text, first, second] = /^(\w+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(text) ?? [];
  if (name === 'decimal') return types.decimal(Number(first ?? 10), Number(second ?? 0));
  if (name === 'char') return types.varcharOf(Number(first ?? 1));
  const scalar = scalars[name];
  if (!scalar) throw notSupported(`the column type ${written}`);
  return name === 'varchar' && first ? types.varcharOf(Number(first)) : scalar;
};

const hiveNames: Record<string, string> = {
  integer: 'int',
  real: 'float',
  varchar: 'string',
  varbinary: 'binary',
  json: 'string',
  'timestamp with time zone': 'timestamp',
};

/** The other way, for what a statement adds to the catalog. A type that Hive lacks becomes its nearest: json is string. */
export const toHiveType = (type: types.TrinoType): string => {
  if (type.name === 'array') return `array<${toHiveType(types.argOf(type, 0))}>`;
  if (type.name === 'map')
    return `map<${toHiveType(types.argOf(type, 0))},${toHiveType(types.argOf(type, 1))}>`;
  if (type.fields) {
    return `struct<${type.fields.map((f, i) => `${types.fieldName(f.name, i)}:${toHiveType(f.type)}`).join(',')}>`;
  }
  if (type.name === 'decimal') return `decimal(${type.precision},${type.scale})`;
  return hiveNames[type.name] ?? type.name;
};
