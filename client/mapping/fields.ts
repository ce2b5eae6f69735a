import { isObject, type JsonObject } from '../../src/json/parse.ts';
import { memberText } from '../../src/json/slices.ts';
import type { FieldValue } from './times.ts';

/** The names to follow to a field: its very name where there is one, else the parts of a dotted path. */
const pathIn = (fields: JsonObject, field: string): string[] =>
  Object.hasOwn(fields, field) ? [field] : field.split('.');

const valueAt = (fields: JsonObject, path: readonly string[]): unknown => {
  let value: unknown = fields;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
};

/** The text that stands in the JSON at a path which is known to lead somewhere. */
const textAt = (text: string, path: readonly string[]): string =>
  path.reduce((inside, name) => memberText(inside, name) ?? 'null', text);

/** A field's JSON as it stands in the text, to the digit; undefined where there is none. */
export const jsonOf = (text: string, fields: JsonObject, field: string): string | undefined => {
  const path = pathIn(fields, field);
  const value = valueAt(fields, path);
  if (value === undefined) return undefined;
  // Only numbers and what holds some may look otherwise than they were written.
  return typeof value === 'number' || typeof value === 'object' ? textAt(text, path) : JSON.stringify(value);
};

/** A field's value, or undefined where it is missing, null or empty. A number is the text it was written as. */
export const fieldOf = (text: string, fields: JsonObject, field: string): FieldValue | undefined => {
  const path = pathIn(fields, field);
  const value = valueAt(fields, path);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (typeof value === 'number') return { kind: 'number', text: textAt(text, path) };
  return { kind: 'other', text: textAt(text, path) };
};
