import type { JsonValue } from '../json/reader.ts';
import { valuesAt } from '../json/sqlPath.ts';
import { isFloat, writeJson } from '../json/writer.ts';
import { ofTexts, refuse, type UserFunction } from './function.ts';

const empty = (): never => refuse('JSON_VALUE_RESULT_ERROR: cannot extract a value: the path is empty');
const wrong = (): never =>
  refuse('JSON_VALUE_RESULT_ERROR: cannot extract a value: the path does not name one');

const scalarText = (value: JsonValue): string | undefined => {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'true' || value.kind === 'false') return value.kind;
  if (value.kind !== 'number') return undefined;
  return isFloat(value.text)
    ? refuse('NOT_SUPPORTED: json_value() of a number with a fraction is not supported, use json_extract()')
    : value.text;
};

/** `v` and the text of the value; `e` and `x` ask for what stands ON EMPTY and ON ERROR; null is NULL. */
const value = (text: string, path: string, onEmpty: string, onError: string): string | null => {
  const found = valuesAt(text, path);
  if (found?.length === 0) return onEmpty === 'error' ? empty() : 'e';
  const [one] = found ?? [];
  if (found?.length === 1 && one?.kind === 'null') return null;
  const scalar = found?.length === 1 && one ? scalarText(one) : undefined;
  if (scalar !== undefined) return `v${scalar}`;
  return onError === 'error' ? wrong() : 'x';
};

const instead: Record<string, () => string | null> = {
  error: () => refuse('JSON_QUERY_RESULT_ERROR: cannot extract JSON: the path does not name one value'),
  array: () => '[]',
  object: () => '{}',
  null: () => null,
};

const wrapped = (found: readonly JsonValue[], wrapper: string): JsonValue | undefined => {
  const [one] = found;
  const isOne = found.length === 1 && one !== undefined;
  if (wrapper === 'always' || (wrapper === 'conditional' && !isOne))
    return { kind: 'array', items: [...found] };
  return isOne ? one : undefined;
};

const query = (
  text: string,
  path: string,
  wrapper: string,
  quotes: string,
  onEmpty: string,
  onError: string,
): string | null => {
  const found = valuesAt(text, path);
  if (found?.length === 0) return instead[onEmpty]?.() ?? null;
  const made = found && wrapped(found, wrapper);
  if (!made) return instead[onError]?.() ?? null;
  return made.kind === 'string' && quotes === 'omit' ? made.value : writeJson(made, false);
};

const exists = (text: string, path: string, onError: string): boolean | null => {
  const found = valuesAt(text, path);
  if (found) return found.length > 0;
  if (onError === 'error') return refuse('PATH_EVALUATION_ERROR: path evaluation failed');
  return onError === 'unknown' ? null : onError === 'true';
};

/** JSON_VALUE, JSON_QUERY and JSON_EXISTS. */
export const sqlJson: readonly UserFunction[] = [
  ofTexts('trino_json_value', 4, 'VARCHAR', value),
  ofTexts('trino_json_query', 6, 'VARCHAR', query),
  ofTexts('trino_json_exists', 3, 'BOOLEAN', exists),
];
