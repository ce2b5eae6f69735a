import { catalogColumns, type ScalarType, type StructField } from '../../events/columnCatalog.ts';
import type { EventType } from '../../events/eventType.ts';
import { duckdbType } from '../types.ts';

/**
 * DuckDB expressions that take the typed columns out of an event's properties. JSON types are strict: a number in
 * quotes is a string, 1.5 is not a bigint. Casts alone would be too kind: they read '12' as 12 and round 1.5 to 2.
 * So each property is read twice: `j`, its JSON text, says of which type it is, and `v`, its text without quotes and
 * escapes, is what a value is made of. Reading all properties at once is cheap; parsing each text again is not.
 */

/** Turns a property into a value, or into NULL if its JSON is of another type. */
export const valueMacros: readonly string[] = [
  `CREATE OR REPLACE TEMP MACRO as_string(j, v) AS CASE WHEN starts_with(j, '"') THEN v END`,
  // Infinity comes out of 1e999, and of nothing that JSON can say.
  `CREATE OR REPLACE TEMP MACRO as_double(j, v) AS
     CASE WHEN NOT starts_with(j, '"') AND j NOT IN ('true', 'false') AND isfinite(TRY_CAST(j AS DOUBLE)) THEN TRY_CAST(j AS DOUBLE) END`,
  // 2.0 is integral: some languages write every number that way.
  `CREATE OR REPLACE TEMP MACRO as_bigint(j, v) AS
     CASE WHEN ltrim(j, '-0123456789') IN ('', '.0') AND j <> '' THEN TRY_CAST(split_part(j, '.', 1) AS BIGINT) END`,
  `CREATE OR REPLACE TEMP MACRO as_boolean(j, v) AS CASE j WHEN 'true' THEN true WHEN 'false' THEN false END`,
  // Through TIMESTAMPTZ, which honours the offset (a cast to TIMESTAMP drops it); the session's zone is UTC.
  `CREATE OR REPLACE TEMP MACRO as_timestamp(j, v) AS
     CASE WHEN regexp_full_match(j, '"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"')
     THEN CAST(timezone('UTC', TRY_CAST(v AS TIMESTAMPTZ)) AS TIMESTAMP_MS) END`,
];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const scalar = (type: ScalarType, json: string, text: string): string => `as_${type}(${json}, ${text})`;

/** The first of these members that is there. As VARCHAR: functions read the type JSON in ways of its own. */
const first = (of: string, names: readonly string[]): string =>
  `coalesce(${names.map((name) => `${of}.${quoted(name)}::VARCHAR`).join(', ')})`;

/** `from_json`'s shape for members of an object, each once. */
const members = (names: Iterable<string>, type: 'JSON' | 'VARCHAR'): Record<string, string> =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, type]));

/**
 * A list with NULL in place of each element that is not an object or has a field that contradicts its type; NULL for what is
 * no array. In one pass, for a function per element is the dearest of all: `x[1]` is the element's JSON, `x[2]` its
 * values, `x[3]` its type.
 */
const structs = (fields: readonly StructField[], json: string): string => {
  const names = fields.flatMap((field) => field.from);
  const read = (type: 'JSON' | 'VARCHAR') =>
    `from_json(${json}, ${literal(JSON.stringify([members(names, type)]))})`;
  const fieldValue = (field: StructField) =>
    scalar(field.type, first('x[1]', field.from), first('x[2]', field.from));
  const isText = (text: string) => `starts_with(${text}, '"')`;
  const isRight = (field: StructField) =>
    field.type === 'string' ? isText(first('x[1]', field.from)) : `${fieldValue(field)} IS NOT NULL`;
  const right = fields.map((field) => `(${first('x[1]', field.from)} IS NULL OR ${isRight(field)})`);
  // What is right needs no second look.
  const rightValue = (field: StructField) =>
    field.type === 'string' ? first('x[2]', field.from) : fieldValue(field);
  const values = fields.map((field) => `${quoted(field.name)}: ${rightValue(field)}`);
  return `CASE WHEN starts_with(${json}, '[') THEN list_transform(list_zip(${read('JSON')}, ${read('VARCHAR')},
     json_type(${json}, '$[*]')), lambda x: CASE WHEN x[3] = 'OBJECT' AND ${right.join(' AND ')} THEN {${values.join(', ')}} END) END`;
};

/**
 * A column's property in one of the readings of `readings`, for the event types that list the column; NULL when absent
 * or JSON's null. `kind` is the place of the event's type among the known ones: comparing names for each column would
 * take longer than all else.
 */
const sourceOf = (reading: 'j' | 'v', column: string, types: readonly EventType[]): string => {
  const whens = types.flatMap((type, kind) => {
    const from = Object.entries(type.columns).find(([name]) => name === column)?.[1];
    return from === undefined ? [] : [`WHEN kind = ${kind} THEN ${first(`${reading}${kind}`, from)}`];
  });
  return whens.length === 0 ? 'NULL::VARCHAR' : `CASE ${whens.join(' ')} END`;
};

/**
 * Everything of `from` (which needs event_name and properties), the column catalog's columns and `schema_errors`.
 * Keeps the order of `from`.
 */
export const selectTyped = (from: string, knownTypes: Iterable<EventType>): string => {
  const types = [...knownTypes];
  const kinds = types.map((type, kind) => `WHEN ${literal(type.name)} THEN ${kind}`).join(' ');
  // Each type's own members only: a look-up of all types' names in every event costs twice as much.
  const readings = types.flatMap((type, kind) =>
    (['JSON', 'VARCHAR'] as const).map((read) => {
      const shape = literal(JSON.stringify(members(Object.values(type.columns).flat(), read)));
      return `CASE WHEN kind = ${kind} THEN from_json(properties, ${shape}) END AS ${read === 'JSON' ? 'j' : 'v'}${kind}`;
    }),
  );
  const columns = catalogColumns.map((column) => ({
    ...column,
    j: quoted(`j ${column.name}`),
    v: quoted(`v ${column.name}`),
  }));
  const sources = columns.flatMap(({ name, type, j, v }) => [
    `${sourceOf('j', name, types)} AS ${j}`,
    ...(typeof type === 'string' ? [`${sourceOf('v', name, types)} AS ${v}`] : []),
  ]);
  const lists = columns.flatMap(({ type, j, v }) =>
    typeof type === 'string' ? [] : [`${structs(type.arrayOf, j)} AS ${v}`],
  );
  const values = columns.map(({ name, type, j, v }) => {
    // One element that contradicts its type makes the whole array contradict its column's: list_count skips NULLs.
    const value =
      typeof type === 'string' ? scalar(type, j, v) : `CASE WHEN list_count(${v}) = len(${v}) THEN ${v} END`;
    return `CAST(${value} AS ${duckdbType(type)}) AS ${quoted(name)}`;
  });
  const wrong = columns.map(({ name, j }) => `(${j} IS NOT NULL AND ${quoted(name)} IS NULL)`);
  const wrongNames = columns.map(({ name }, index) => `CASE WHEN ${wrong[index]} THEN ${literal(name)} END`);
  return `SELECT *, CASE WHEN ${wrong.join(' OR ')}
  THEN list_filter([${wrongNames.join(', ')}], lambda name: name IS NOT NULL) END AS schema_errors
FROM (SELECT *, ${values.join(',\n  ')}
FROM (SELECT *, ${lists.join(',\n  ')}
FROM (SELECT *, ${sources.join(',\n  ')}
FROM (SELECT *, ${readings.join(',\n  ')}
FROM (SELECT *, CASE event_name ${kinds} END::TINYINT AS kind FROM ${from})))))`;
};
