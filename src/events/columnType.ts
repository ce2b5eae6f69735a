/** What a column of the table can be. `json`: the text of whatever JSON stands there, every digit kept. */
export type ScalarType =
  | 'string'
  | 'bigint'
  | 'double'
  | `decimal(${number},${number})`
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'json';

/** Names below an object, outermost first. */
export type Names = readonly string[];

export interface StructField {
  name: string;
  type: ScalarType;
  comment?: string;
  /** Where the field is read from, below its element; the first that is there wins. */
  from: readonly Names[];
}

/** A scalar, an array of scalars, or an array of flat structs. */
export type ColumnType = ScalarType | { arrayOf: ScalarType | readonly StructField[] };

type Decimal = Extract<ScalarType, `decimal${string}`>;

export const isDecimalType = (type: ScalarType): type is Decimal => type.startsWith('decimal');

/** `decimal(12,2)` → 12, 2: digits in all, and after the point. */
export const decimalOf = (type: ScalarType): [precision: string, scale: string] | undefined => {
  const [, precision = '', scale = ''] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  return precision === '' ? undefined : [precision, scale];
};
