import { dictionaryColumns, type ScalarType, type StructField } from '../events/dictionary.ts';
import type { EventType } from '../events/eventType.ts';
import { duckdbType } from './types.ts';

/**
 * DuckDB expressions that take the typed columns out of an event's properties. JSON types are strict: a number in
 * quotes is a string, 1.5 is no bigint. Casts alone would be too kind: they read '12' as 12 and round 1.5 to 2.
 * So each property is read twice: `j`, its JSON text, says of which type it is, and `v`, its text without quotes and
 * escapes, is what a value is made of. Reading all properties at once is cheap; parsing each text again is not.
 */

/** Turns a property into a value, or into NULL if its JSON is of another type. */
export const valueMacros: readonly string[] = [
  `CREATE OR REPLACE TEMP MACRO as_string(j, v) AS CASE WHEN starts_with(j, '"') THEN v END`,
  // Infinity comes out of 1e999, and of nothing that JSON can say.
  `CREATE OR REPLACE TEMP MACRO as_double(j, v) AS
     CASE WHEN NOT starts_with(j, '"') AND isfinite(TRY_CAST(v AS DOUBLE)) AND v NOT IN ('true', 'false') THEN TRY_CAST(v AS DOUBLE) END`,
  // 2.0 is integral: some languages write every number that way.
  `CREATE OR REPLACE TEMP MACRO as_bigint(j, v) AS
     CASE WHEN regexp_full_match(j, '-?[0-9]+(\\.0+)?') THEN TRY_CAST(split_part(j, '.', 1) AS BIGINT) END`,
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

/** JSON text of an array → its objects, each as the pair of readings; NULL if it is no array of objects. */
const elementsOf = (fields: readonly StructField[], json: string): string => {
  const names = fields.flatMap((field) => field.from);
  const read = (as: 'JSON' | 'VARCHAR') =>
    `from_json(${json}, ${literal(JSON.stringify([members(names, as)]))})`;
  return `CASE WHEN starts_with(${json}, '[')
     AND len(list_filter(json_type(${json}, '$[*]'), lambda t: t <> 'OBJECT')) = 0
   THEN list_zip(${read('JSON')}, ${read('VARCHAR')}) END`;
};

const structs = (fields: readonly StructField[], elements: string): string => {
  const fieldValue = (field: StructField) =>
    scalar(field.type, first('x[1]', field.from), first('x[2]', field.from));
  const values = fields.map((field) => `${quoted(field.name)}: ${fieldValue(field)}`);
  const contradictions = fields.map(
    (field) => `(${first('x[1]', field.from)} IS NOT NULL AND ${fieldValue(field)} IS NULL)`,
  );
  // One field of one element that contradicts its type makes the whole array contradict its column's.
  return `CASE WHEN len(list_filter(${elements}, lambda x: ${contradictions.join(' OR ')})) = 0
   THEN list_transform(${elements}, lambda x: {${values.join(', ')}}) END`;
};

interface TypedColumn {
  name: string;
  /** reads the elements of an array; a step of its own, since they are used twice */
  elements: string | undefined;
  value: string;
  contradicts: string;
}

const typedColumns = (type: EventType): TypedColumn[] =>
  dictionaryColumns.flatMap(({ name, type: columnType }): TypedColumn[] => {
    const from = Object.entries(type.columns).find(([column]) => column === name)?.[1];
    if (from === undefined) return [];
    const json = first('j', from);
    const contradicts = `(${json} IS NOT NULL AND ${quoted(name)} IS NULL)`;
    const as = (value: string) => `CAST(${value} AS ${duckdbType(columnType)}) AS ${quoted(name)}`;
    if (typeof columnType === 'string') {
      return [
        { name, elements: undefined, value: as(scalar(columnType, json, first('v', from))), contradicts },
      ];
    }
    const elements = quoted(`elements of ${name}`);
    return [
      {
        name,
        elements: `${elementsOf(columnType.arrayOf, json)} AS ${elements}`,
        value: as(structs(columnType.arrayOf, elements)),
        contradicts,
      },
    ];
  });

/**
 * Everything of `from` (which needs properties) with the dictionary's columns and `schema_errors`, for events of one
 * type; without a type the columns are all null. Keeps the order of `from`.
 */
export const selectTyped = (from: string, type?: EventType): string => {
  const columns = type === undefined ? [] : typedColumns(type);
  const absent = dictionaryColumns
    .filter(({ name }) => !columns.some((column) => column.name === name))
    .map((column) => `NULL::${duckdbType(column.type)} AS ${quoted(column.name)}`);
  if (columns.length === 0)
    return `SELECT *, ${absent.join(', ')}, NULL::VARCHAR[] AS schema_errors FROM ${from}`;
  const properties = Object.values(type?.columns ?? {}).flat();
  const read = (as: 'JSON' | 'VARCHAR') =>
    `from_json(properties, ${literal(JSON.stringify(members(properties, as)))})`;
  const wrongNames = columns.map(
    ({ name, contradicts }) => `CASE WHEN ${contradicts} THEN ${literal(name)} END`,
  );
  const elements = columns.flatMap((column) => column.elements ?? []);
  return `SELECT ${['*', ...absent].join(', ')},
  CASE WHEN ${columns.map(({ contradicts }) => contradicts).join(' OR ')}
  THEN list_filter([${wrongNames.join(', ')}], lambda name: name IS NOT NULL) END AS schema_errors
FROM (SELECT *, ${columns.map(({ value }) => value).join(',\n  ')}
FROM (SELECT ${['*', ...elements].join(', ')}
FROM (SELECT *, ${read('JSON')} AS j, ${read('VARCHAR')} AS v FROM ${from})))`;
};
