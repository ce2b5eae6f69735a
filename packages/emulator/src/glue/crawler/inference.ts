/** The shape of JSON values seen so far, and the Hive type that holds them all. */
export type Shape =
  | { kind: 'null' | 'boolean' | 'int' | 'bigint' | 'double' | 'string' }
  | { kind: 'array'; items: Shape }
  | { kind: 'struct'; fields: ReadonlyMap<string, Field> };

/** Under its name in small letters: Hive knows no other, so names that differ by case are one field. */
interface Field {
  name: string;
  shape: Shape;
}

const NULL: Shape = { kind: 'null' };
const STRING: Shape = { kind: 'string' };

const MAX_INT = 2 ** 31 - 1;
const MAX_BIGINT = 2 ** 63;

/** Rank of the number types: the wider one holds both. */
const numbers: readonly string[] = ['int', 'bigint', 'double'];

const rank = (shape: Shape): number => numbers.indexOf(shape.kind);

/** Shape of one JSON value. Names of fields are kept, but for characters that mean something in a type. */
export const shapeOf = (value: unknown): Shape => {
  if (value === null || value === undefined) return NULL;
  if (typeof value === 'boolean') return { kind: 'boolean' };
  if (typeof value === 'number') return { kind: numberKind(value) };
  if (typeof value === 'string') return STRING;
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map(shapeOf).reduce(merge, NULL) };
  }
  const fields = new Map<string, Field>();
  for (const [name, field] of Object.entries(value)) {
    addField(fields, name.replace(/[<>,:]/g, '_'), shapeOf(field));
  }
  return { kind: 'struct', fields };
};

/** The spelling that came first stays. */
const addField = (fields: Map<string, Field>, name: string, shape: Shape): void => {
  const known = fields.get(name.toLowerCase());
  fields.set(name.toLowerCase(), { name: known?.name ?? name, shape: merge(known?.shape ?? NULL, shape) });
};

const numberKind = (value: number): 'int' | 'bigint' | 'double' => {
  if (!Number.isInteger(value) || Math.abs(value) >= MAX_BIGINT) return 'double';
  return value > MAX_INT || value < -MAX_INT - 1 ? 'bigint' : 'int';
};

/** The shape that holds both: numbers widen, structs grow; what cannot go together becomes a string. */
export const merge = (left: Shape, right: Shape): Shape => {
  if (left.kind === 'null') return right;
  if (right.kind === 'null') return left;
  if (left.kind === 'struct' && right.kind === 'struct') {
    const fields = new Map(left.fields);
    for (const { name, shape } of right.fields.values()) addField(fields, name, shape);
    return { kind: 'struct', fields };
  }
  if (left.kind === 'array' && right.kind === 'array') {
    return { kind: 'array', items: merge(left.items, right.items) };
  }
  if (rank(left) >= 0 && rank(right) >= 0) return rank(left) >= rank(right) ? left : right;
  return left.kind === right.kind ? left : STRING;
};

/** The Hive type. What was only ever null is a string, and so is a struct without fields, which Hive has not. */
export const hiveType = (shape: Shape): string => {
  if (shape.kind === 'null') return 'string';
  if (shape.kind === 'array') return `array<${hiveType(shape.items)}>`;
  if (shape.kind !== 'struct') return shape.kind;
  if (shape.fields.size === 0) return 'string';
  return `struct<${[...shape.fields.values()].map((field) => `${field.name}:${hiveType(field.shape)}`).join(',')}>`;
};

export interface Column {
  Name: string;
  Type: string;
}

/** Columns of a table of such rows. Names are lower case in the catalog. */
export const columnsOf = (row: Shape): Column[] =>
  row.kind === 'struct' ? [...row.fields].map(([Name, { shape }]) => ({ Name, Type: hiveType(shape) })) : [];

/** How much of the smaller one's fields the other must have. AWS says "similar" and no more. */
const ENOUGH = 0.5;

/** Whether two kinds of rows could be one table's: they share half of the fields, or more. */
export const areSimilar = (left: Shape, right: Shape): boolean => {
  if (left.kind !== 'struct' || right.kind !== 'struct') return left.kind === right.kind;
  const common = [...left.fields.keys()].filter((name) => right.fields.has(name)).length;
  return common >= ENOUGH * Math.min(left.fields.size, right.fields.size);
};
