import type { ColumnType, ScalarType } from '../../src/events/columnType.ts';
import { didYouMean } from '../faults.ts';

const plain = ['string', 'bigint', 'double', 'boolean', 'timestamp', 'date', 'json'] as const;

/** As a person writes them who does not remember ours. */
const synonyms: Readonly<Record<string, string>> = {
  text: 'string',
  varchar: 'string',
  char: 'string',
  uuid: 'string',
  int: 'bigint',
  integer: 'bigint',
  long: 'bigint',
  smallint: 'bigint',
  number: 'bigint, double or decimal(12,2)',
  float: 'double',
  real: 'double',
  bool: 'boolean',
  datetime: 'timestamp',
  time: 'timestamp',
  timestamptz: 'timestamp',
  numeric: 'decimal(12,2)',
  money: 'decimal(12,2)',
  decimal: 'decimal(12,2)',
  object: 'json',
  map: 'json',
  variant: 'json',
  struct: 'array<struct> or json',
  list: 'array<string>',
  array: 'array<string>',
};

const ALL = `${plain.join(', ')}, decimal(12,2), array<string> and other arrays of these, array<struct>`;

/** A type, or what is wrong with it. The fields of `array<struct>` stand beside it. */
export type ParsedType =
  | { type: ScalarType | { arrayOf: ScalarType } }
  | { type: 'array<struct>' }
  | { flaw: string };

const isPlain = (text: string): text is (typeof plain)[number] => plain.some((name) => name === text);

const decimalOf = (text: string): ScalarType | { flaw: string } | undefined => {
  const [, precision = '', scale = ''] = /^decimal\((\d+),(\d+)\)$/.exec(text) ?? [];
  if (precision === '') return undefined;
  const [digits, after] = [Number(precision), Number(scale)];
  if (digits >= 1 && digits <= 38 && after <= digits) return `decimal(${digits},${after})`;
  return {
    flaw: `"${text}": decimal(12,2) has 12 digits, 2 of them after the point. It takes 1 to 38 digits, and not more of them after the point.`,
  };
};

const scalarOf = (text: string): ScalarType | { flaw: string } => {
  if (isPlain(text)) return text;
  const decimal = decimalOf(text);
  if (decimal !== undefined) return decimal;
  if (/^decimal\(\d+$/.test(text))
    return { flaw: "between braces this type stands in quotes, for its comma: type: 'decimal(12,2)'" };
  const base = text.replace(/\(.*$/, '');
  const meant = synonyms[base];
  const hint = meant === undefined ? didYouMean(base, [...plain, 'decimal']) : ` Write ${meant}.`;
  return { flaw: `"${text}" is not a type.${hint || ` Types: ${ALL}.`}` };
};

export const parseType = (written: string): ParsedType => {
  const text = written.toLowerCase().replaceAll(/\s+/g, '');
  if (text === 'array<struct>') return { type: 'array<struct>' };
  const element = /^array<(.+)>$/.exec(text)?.[1];
  if (element === undefined) {
    const type = scalarOf(text);
    return typeof type === 'string' ? { type } : type;
  }
  if (/^(?:array|struct|map|json)\b/.test(element))
    return {
      flaw: `"${written}": an array is of scalars, such as array<string>, or array<struct> with fields. What is nested deeper is json.`,
    };
  const type = scalarOf(element);
  return typeof type === 'string' ? { type: { arrayOf: type } } : type;
};

/** A type as one text, for the lock and for messages: `array<struct<sku:string,price:double>>`. */
export const typeText = (type: ColumnType): string => {
  if (typeof type === 'string') return type;
  if (typeof type.arrayOf === 'string') return `array<${type.arrayOf}>`;
  return `array<struct<${type.arrayOf.map((field) => `${field.name}:${field.type}`).join(',')}>>`;
};
