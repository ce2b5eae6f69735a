import type { StructField } from '../../events/columnType.ts';
import { firstOf, memberOf, quoted, readingsOf, readingWith, shapeOf } from './duckdbMembers.ts';
import { literal, ofSameLength, typedValue } from './duckdbValues.ts';
import { MAX_ERRORS } from './maxErrors.ts';

/**
 * DuckDB expressions for a column that is an array of structs, such as the lines of an order.
 *
 * An array whose elements are all right is the usual case, and read in one pass. Any other is read once more, line by
 * line: a line stays even if a field of it contradicts its type. A number that came as text, or an id that came as a
 * number, is taken for what it says (a shop writes all its lines that way); any other such field is NULL. Each of them
 * is named in `schema_errors`: `items[0].price`.
 */

const layersOf = (fields: readonly StructField[]) => readingsOf(fields.flatMap((field) => field.from));

/**
 * `x[1]` is an element's JSON, `x[2]` its texts, `x[3]` its type, `x[4]` its numbers as they were sent. Fields that one
 * reading cannot have have the same behind that: `x[5]`, `x[6]`, `x[7]`.
 */
const readings = (fields: readonly StructField[], json: string, exact: string): string => {
  const [first = [], ...others] = layersOf(fields);
  const read = (text: string, layer: typeof first, type: 'JSON' | 'VARCHAR') =>
    `from_json(${text}, ${literal(JSON.stringify([shapeOf(layer, type)]))})`;
  const digits = ofSameLength(exact, json, '{}');
  const all = [
    read(json, first, 'JSON'),
    read(json, first, 'VARCHAR'),
    `json_type(${json}, '$[*]')`,
    read(digits, first, 'VARCHAR'),
    ...others.flatMap((layer) => [
      read(json, layer, 'JSON'),
      read(json, layer, 'VARCHAR'),
      read(digits, layer, 'VARCHAR'),
    ]),
  ];
  return `list_zip(${all.join(', ')})`;
};

/** Where the readings of each layer are in `x`. */
const places = { json: [1, 5], text: [2, 6], exact: [4, 7] } as const;

/** How a field is read: its JSON, its text, its digits. */
interface FieldReading {
  field: StructField;
  json: string;
  text: string;
  exact: string;
}

const fieldReadings = (fields: readonly StructField[]): FieldReading[] => {
  const layers = layersOf(fields);
  return fields.map((field) => {
    const read = ([first, second]: readonly [number, number]): string =>
      firstOf(
        field.from.map((path) => {
          const layer = readingWith(layers, path);
          return memberOf(`x[${layer === 0 ? first : second + 3 * (layer - 1)}]`, path);
        }),
      );
    return { field, json: read(places.json), text: read(places.text), exact: read(places.exact) };
  });
};

const readAs = ({ field, json, text, exact }: FieldReading, how: 'as' | 'lenient'): string =>
  typedValue(how, field.type, json, text, exact);

const isRight = (reading: FieldReading): string =>
  reading.field.type === 'string' ? `is_text(${reading.json})` : `${readAs(reading, 'as')} IS NOT NULL`;

/** What is right needs no second look. */
const rightValue = (reading: FieldReading): string =>
  reading.field.type === 'string' ? reading.text : readAs(reading, 'as');

const struct = (fields: readonly FieldReading[], value: (reading: FieldReading) => string): string =>
  `{${fields.map((reading) => `${quoted(reading.field.name)}: ${value(reading)}`).join(', ')}}`;

/** As it stands in JSON, and in a regular expression. */
const pattern = (name: string): string =>
  JSON.stringify(name)
    .slice(1, -1)
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Whether the array's JSON has a number as a double where its digits count: see duckdbValues.ts. */
export const hasRealElements = (fields: readonly StructField[], json: string): string => {
  const names = fields
    .filter(({ type }) => type !== 'double')
    .flatMap(({ from }) => from.map((path) => pattern(path.at(-1) ?? '')));
  return `regexp_matches(${json}, ${literal(`"(?:${names.join('|')})":-?[0-9]+[.eE]`)})`;
};

/** A list with NULL in place of each element that has anything wrong; NULL for what is no array. */
export const strictItems = (fields: readonly StructField[], json: string, exact: string): string => {
  const read = fieldReadings(fields);
  const right = read.map((reading) => `(${reading.json} IS NULL OR ${isRight(reading)})`).join(' AND ');
  return `CASE WHEN starts_with(${json}, '[') THEN list_transform(${readings(fields, json, exact)},
     lambda x: CASE WHEN x[3] = 'OBJECT' AND ${right} THEN ${struct(read, rightValue)} END) END`;
};

export const allRight = (strict: string): string => `list_count(${strict}) = len(${strict})`;

/**
 * Per element its struct (NULL for what is no object), and the names of what is wrong in it: `.price`; `''`, all of it.
 */
export const lenientItems = (fields: readonly StructField[], json: string, exact: string): string => {
  const read = fieldReadings(fields);
  const wrong = read.map(
    (reading) =>
      `CASE WHEN ${reading.json} IS NOT NULL AND NOT (${isRight(reading)}) THEN '.${reading.field.name}' END`,
  );
  return `list_transform(${readings(fields, json, exact)}, lambda x: {
     value: CASE WHEN x[3] = 'OBJECT' THEN ${struct(read, (reading) => readAs(reading, 'lenient'))} END,
     wrong: CASE WHEN x[3] = 'OBJECT' THEN list_filter([${wrong.join(', ')}], lambda name: name IS NOT NULL) ELSE [''] END})`;
};

/** `['items[0].price', 'items[2]']` of what `lenientItems` gives, the first ones. */
export const itemErrors = (column: string, lenient: string): string =>
  `flatten(list_transform(${lenient}, lambda x, place: list_transform(x.wrong,
     lambda name: ${literal(`${column}[`)} || (place - 1) || ']' || name)))[1:${MAX_ERRORS}]`;
