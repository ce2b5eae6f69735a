import { javaDouble, shortestReal } from '../doubles.ts';
import { castJson } from '../json/casting.ts';
import { found } from '../json/path.ts';
import { type JsonValue, NotJson, readJson } from '../json/reader.ts';
import { isFloat, jsonDouble, jsonString, writeJson } from '../json/writer.ts';
import { number, ofTexts, refuse, string, type UserFunction } from './function.ts';

const whole = (text: string): JsonValue | undefined => {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
};

/** JSON as Trino keeps it: names sorted, no spaces. */
const parsed = (text: string): string => {
  const value = whole(text);
  return value
    ? writeJson(value, true)
    : refuse(`INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '${text.slice(0, 100)}'`);
};

const isScalar = (text: string): boolean => {
  const value = whole(text);
  if (!value) return refuse(`INVALID_FUNCTION_ARGUMENT: Invalid JSON value: ${text.slice(0, 100)}`);
  return value.kind !== 'array' && value.kind !== 'object';
};

const extract = (text: string, path: string): string | null => {
  const value = found(text, path);
  return value ? writeJson(value, false) : null;
};

/** A string's text, a number's as it was written, true or false. */
const scalar = (text: string, path: string): string | null => {
  const value = found(text, path);
  if (value?.kind === 'string') return value.value;
  if (value?.kind === 'number') return value.text;
  return value?.kind === 'true' || value?.kind === 'false' ? value.kind : null;
};

const size = (text: string, path: string): bigint | null => {
  const value = found(text, path);
  if (value?.kind === 'array') return BigInt(value.items.length);
  if (value?.kind === 'object') return BigInt(value.members.length);
  return value ? 0n : null;
};

const items = (text: string): readonly JsonValue[] | undefined => {
  const value = whole(text);
  return value?.kind === 'array' ? value.items : undefined;
};

const arrayLength = (text: string): bigint | null => {
  const all = items(text);
  return all ? BigInt(all.length) : null;
};

/** Trino gives a string without its quotes, which is not JSON: its documentation calls that broken. */
const arrayGet = (text: string, index: number): string | null => {
  const value = items(text)?.at(index);
  if (value?.kind === 'string')
    return refuse('NOT_SUPPORTED: json_array_get() of a string is not supported, use json_extract()');
  return value && value.kind !== 'null' ? writeJson(value, false) : null;
};

/** Whether an array of JSON has the value as a scalar of its own kind: 1 is not '1', and 1.5 is not an integer. */
const arrayContains = (text: string, wanted: string, kind: string): boolean | null => {
  const all = items(text);
  if (!all) return null;
  return all.some((item) => {
    if (kind === 'boolean') return item.kind === wanted;
    if (kind === 'string') return item.kind === 'string' && item.value === wanted;
    if (item.kind !== 'number' || isFloat(item.text) !== (kind === 'double')) return false;
    return kind === 'integer' ? BigInt(item.text) === BigInt(wanted) : Number(item.text) === Number(wanted);
  });
};

const VARCHAR = 'VARCHAR';

/** Functions of JSON. */
export const json: readonly UserFunction[] = [
  ofTexts('trino_json_parse', 1, VARCHAR, parsed),
  ofTexts('trino_json_string', 1, VARCHAR, jsonString),
  ofTexts('trino_is_json_scalar', 1, 'BOOLEAN', isScalar),
  ofTexts('trino_json_array_length', 1, 'BIGINT', arrayLength),
  ofTexts('trino_json_extract', 2, VARCHAR, extract),
  ofTexts('trino_json_scalar', 2, VARCHAR, scalar),
  ofTexts('trino_json_size', 2, 'BIGINT', size),
  ofTexts('trino_json_to', 2, VARCHAR, castJson),
  { name: 'trino_json_double', parameters: ['DOUBLE'], result: VARCHAR, body: (x) => jsonDouble(number(x)) },
  {
    name: 'trino_json_real',
    parameters: ['FLOAT'],
    result: VARCHAR,
    body: (x) => jsonDouble(shortestReal(number(x))),
  },
  { name: 'trino_double_java', parameters: ['DOUBLE'], result: VARCHAR, body: (x) => javaDouble(number(x)) },
  {
    name: 'trino_real_java',
    parameters: ['FLOAT'],
    result: VARCHAR,
    body: (x) => javaDouble(shortestReal(number(x))),
  },
  {
    name: 'trino_json_array_get',
    parameters: [VARCHAR, 'BIGINT'],
    result: VARCHAR,
    body: (text, index) => arrayGet(string(text), number(index)),
  },
  ofTexts('trino_json_array_contains', 3, 'BOOLEAN', arrayContains),
];
