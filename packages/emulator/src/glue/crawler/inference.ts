/** The shape of JSON values seen so far, and the Hive type that holds them all. */
export type Shape =
  | { kind: 'null' | 'boolean' | 'int' | 'bigint' | 'double' | 'string' }
  | { kind: 'array'; items: Shape }
  | { kind: 'struct'; fields: ReadonlyMap<string, Shape> };

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
  const fields = new Map<string, Shape>();
  for (const [name, field] of Object.entries(value)) {
    const safe = name.replace(/[<>,:]/g, '_');
    fields.set(safe, merge(fields.get(safe) ?? NULL, shapeOf(field)));
  }
  return { kind: 'struct', fields };
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
    for (const [name, field] of right.fields) fields.set(name, merge(fields.get(name) ?? NULL, field));
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
  return `struct<${[...shape.fields].map(([name, field]) => `${name}:${hiveType(field)}`).join(',')}>`;
};

export interface Column {
  Name: string;
  Type: string;
}

/** Columns of a table of such rows. Names are lower case in the catalog: fields that differ by case share one. */
export const columnsOf = (row: Shape): Column[] => {
  if (row.kind !== 'struct') return [];
  const columns = new Map<string, Shape>();
  for (const [name, field] of row.fields) {
    const lower = name.toLowerCase();
    columns.set(lower, merge(columns.get(lower) ?? NULL, field));
  }
  return [...columns].map(([Name, field]) => ({ Name, Type: hiveType(field) }));
};
