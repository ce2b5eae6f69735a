import type { ScalarType } from '../../events/columnType.ts';
import { literal, ofSameLength, typedValue } from './duckdbValues.ts';
import { MAX_ERRORS } from './maxErrors.ts';

/**
 * DuckDB expressions for a column that is an array of scalars, such as tags. Each element is held to its type as a
 * column is; one that contradicts it is NULL, and named in `schema_errors`: `tags[1]`.
 */

const elements = (json: string, type: 'JSON' | 'VARCHAR'): string =>
  `from_json(${json}, ${literal(JSON.stringify([type]))})`;

/** Whether the array's JSON has a number as a double: see duckdbValues.ts. */
export const hasRealElement = (json: string): string => `regexp_matches(${json}, '[[,]-?[0-9]+[.eE]')`;

/** NULL for what is no array. */
export const strictElements = (type: ScalarType, json: string, exact: string): string =>
  `CASE WHEN starts_with(${json}, '[') THEN list_transform(
     list_zip(${elements(json, 'JSON')}, ${elements(json, 'VARCHAR')}, ${elements(ofSameLength(exact, json, 'null'), 'VARCHAR')}),
     lambda x: ${typedValue('as', type, 'x[1]::VARCHAR', 'x[2]', 'x[3]')}) END`;

/** `['tags[1]']` of what `strictElements` gives, the first ones; JSON's null contradicts nothing. */
export const elementErrors = (column: string, json: string, strict: string): string =>
  `CASE WHEN list_count(${strict}) < len(${strict}) THEN list_filter(
     list_transform(list_zip(${elements(json, 'JSON')}, ${strict}), lambda x, place:
       CASE WHEN x[1] IS NOT NULL AND x[2] IS NULL THEN ${literal(`${column}[`)} || (place - 1) || ']' END),
     lambda name: name IS NOT NULL)[1:${MAX_ERRORS}] END`;
