import type { StructField } from '../../events/columnCatalog.ts';
import { first, members, quoted } from './duckdbMembers.ts';
import { literal } from './duckdbValues.ts';

/**
 * DuckDB expressions for a column that is an array of structs, such as the lines of an order.
 *
 * An array whose elements are all right is the usual case, and read in one pass. Any other is read once more, line by
 * line: a line stays even if a field of it contradicts its type. A number that came as text, or an id that came as a
 * number, is taken for what it says (a shop writes all its lines that way); any other such field is NULL. Each of them
 * is named in `schema_errors`: `items[0].price`.
 */

/** Of one event: an array may hold thousands of lines that are all wrong in the same way. */
const MAX_ERRORS = 20;

/** `x[1]` is an element's JSON, `x[2]` its texts, `x[3]` its type, `x[4]` its numbers as they were sent. */
const readings = (fields: readonly StructField[], json: string, exact: string): string => {
  const names = fields.flatMap((field) => field.from);
  const read = (text: string, type: 'JSON' | 'VARCHAR') =>
    `from_json(${text}, ${literal(JSON.stringify([members(names, type)]))})`;
  return `list_zip(${read(json, 'JSON')}, ${read(json, 'VARCHAR')}, json_type(${json}, '$[*]'), ${read(exact, 'VARCHAR')})`;
};

const jsonOf = (field: StructField): string => first('x[1]', field.from);
const textOf = (field: StructField): string => first('x[2]', field.from);

const readAs = (field: StructField, how: 'as' | 'lenient'): string =>
  `${how}_${field.type}(${jsonOf(field)}, ${textOf(field)}, ${first('x[4]', field.from)})`;

const isRight = (field: StructField): string =>
  field.type === 'string' ? `is_text(${jsonOf(field)})` : `${readAs(field, 'as')} IS NOT NULL`;

/** What is right needs no second look. */
const rightValue = (field: StructField): string =>
  field.type === 'string' ? textOf(field) : readAs(field, 'as');

const struct = (fields: readonly StructField[], value: (field: StructField) => string): string =>
  `{${fields.map((field) => `${quoted(field.name)}: ${value(field)}`).join(', ')}}`;

/** Whether the array's JSON has a number as a double where its digits count: see duckdbValues.ts. */
export const hasRealElements = (fields: readonly StructField[], json: string): string => {
  const names = fields.filter(({ type }) => type !== 'double').flatMap(({ from }) => from);
  return `regexp_matches(${json}, ${literal(`"(?:${names.join('|')})":-?[0-9]+[.eE]`)})`;
};

/** A list with NULL in place of each element that has anything wrong; NULL for what is no array. */
export const strictItems = (fields: readonly StructField[], json: string, exact: string): string => {
  const right = fields.map((field) => `(${jsonOf(field)} IS NULL OR ${isRight(field)})`).join(' AND ');
  return `CASE WHEN starts_with(${json}, '[') THEN list_transform(${readings(fields, json, exact)},
     lambda x: CASE WHEN x[3] = 'OBJECT' AND ${right} THEN ${struct(fields, rightValue)} END) END`;
};

export const allRight = (strict: string): string => `list_count(${strict}) = len(${strict})`;

/** Per element its struct (NULL for what is no object), and the names of what is wrong in it: `.price`; `''`, all of it. */
export const lenientItems = (fields: readonly StructField[], json: string, exact: string): string => {
  const wrong = fields.map(
    (field) => `CASE WHEN ${jsonOf(field)} IS NOT NULL AND NOT (${isRight(field)}) THEN '.${field.name}' END`,
  );
  return `list_transform(${readings(fields, json, exact)}, lambda x: {
     value: CASE WHEN x[3] = 'OBJECT' THEN ${struct(fields, (field) => readAs(field, 'lenient'))} END,
     wrong: CASE WHEN x[3] = 'OBJECT' THEN list_filter([${wrong.join(', ')}], lambda name: name IS NOT NULL) ELSE [''] END})`;
};

/** `['items[0].price', 'items[2]']` of what `lenientItems` gives, the first ones. */
export const itemErrors = (column: string, lenient: string): string =>
  `flatten(list_transform(${lenient}, lambda x, place: list_transform(x.wrong,
     lambda name: ${literal(`${column}[`)} || (place - 1) || ']' || name)))[1:${MAX_ERRORS}]`;
