import { type ColumnType, catalogColumns } from '../../events/columnCatalog.ts';
import type { EventType } from '../../events/eventType.ts';
import { duckdbType } from '../types.ts';
import { allRight, hasRealElements, itemErrors, lenientItems, strictItems } from './duckdbItems.ts';
import { first, members, quoted } from './duckdbMembers.ts';
import { isReal, literal } from './duckdbValues.ts';

/**
 * The DuckDB query that takes the typed columns out of an event's properties. Reading all properties at once is cheap;
 * parsing each text again is not. So each is read twice, as `j` and `v`, and a third time, as `x`, only in the few
 * events where `j` may have lost digits: duckdbValues.ts says what these are and how they become values.
 */

const types = new Map<string, ColumnType>(catalogColumns.map(({ name, type }) => [name, type]));

type Reading = 'j' | 'v' | 'x';

/** A double is what it is read as; of all other numbers the digits count. */
const needsDigits = (type: ColumnType | undefined): boolean =>
  type === 'bigint' || type === 'timestamp' || typeof type === 'object';

const columnsOf = (type: EventType): [string, readonly string[]][] => Object.entries(type.columns);

/** Whether an event of this kind has a number of which `j` may not have the digits; undefined if it cannot have one. */
const lostDigits = (type: EventType, kind: number): string | undefined => {
  const tests = columnsOf(type).flatMap(([column, from]) => {
    const columnType = types.get(column);
    const json = first(`j${kind}`, from);
    if (typeof columnType === 'object') return [hasRealElements(columnType.arrayOf, json)];
    return needsDigits(columnType) ? [isReal(json)] : [];
  });
  return tests.length === 0 ? undefined : tests.join(' OR ');
};

/** Each type's own members only: a look-up of all types' names in every event costs twice as much. */
const readings = (known: readonly EventType[]): string[] =>
  known.flatMap((type, kind) =>
    (['JSON', 'VARCHAR'] as const).map((read) => {
      const shape = literal(JSON.stringify(members(Object.values(type.columns).flat(), read)));
      return `CASE WHEN kind = ${kind} THEN from_json(properties, ${shape}) END AS ${read === 'JSON' ? 'j' : 'v'}${kind}`;
    }),
  );

const exactReadings = (known: readonly EventType[]): string[] =>
  known.flatMap((type, kind) => {
    const test = lostDigits(type, kind);
    if (test === undefined) return [];
    const names = columnsOf(type).flatMap(([column, from]) => (needsDigits(types.get(column)) ? from : []));
    const shape = literal(JSON.stringify(members(names, 'VARCHAR')));
    return [
      `CASE WHEN kind = ${kind} AND (${test}) THEN from_json(quoted_numbers(properties), ${shape}) END AS x${kind}`,
    ];
  });

/**
 * A column's property in one of the readings, for the event types that list the column; NULL when absent or JSON's null.
 * `kind` is the place of the event's type among the known ones: comparing names for each column would take longer than
 * all else.
 */
const sourceOf = (reading: Reading, column: string, known: readonly EventType[]): string => {
  const whens = known.flatMap((type, kind) => {
    const from = columnsOf(type).find(([name]) => name === column)?.[1];
    return from === undefined ? [] : [`WHEN kind = ${kind} THEN ${first(`${reading}${kind}`, from)}`];
  });
  return whens.length === 0 ? 'NULL::VARCHAR' : `CASE ${whens.join(' ')} END`;
};

const columns = catalogColumns.map(({ name, type }) => ({
  name,
  type,
  j: quoted(`j ${name}`),
  v: quoted(`v ${name}`),
  x: quoted(`x ${name}`),
  lenient: quoted(`lenient ${name}`),
}));

type Column = (typeof columns)[number];

/** The properties of each column: of arrays `v` is made of `j` in the next step. */
const sources = (known: readonly EventType[]): string[] =>
  columns.flatMap(({ name, type, j, v, x }) => [
    `${sourceOf('j', name, known)} AS ${j}`,
    ...(typeof type === 'string' ? [`${sourceOf('v', name, known)} AS ${v}`] : []),
    ...(needsDigits(type) ? [`${sourceOf('x', name, known)} AS ${x}`] : []),
  ]);

const ofArrays = (expression: (column: Column, fields: Parameters<typeof strictItems>[0]) => string) =>
  columns.flatMap((column) =>
    typeof column.type === 'object' ? [expression(column, column.type.arrayOf)] : [],
  );

const strict = ofArrays(({ j, x, v }, fields) => `${strictItems(fields, j, x)} AS ${v}`);

const lenient = ofArrays(
  ({ j, x, v, lenient: name }, fields) =>
    `CASE WHEN ${v} IS NOT NULL AND NOT (${allRight(v)}) THEN ${lenientItems(fields, j, x)} END AS ${name}`,
);

const values = columns.map(({ name, type, j, v, x, lenient: items }) => {
  const value =
    typeof type === 'string'
      ? `as_${type}(${j}, ${v}, ${needsDigits(type) ? x : 'NULL::VARCHAR'})`
      : `CASE WHEN ${items} IS NULL THEN ${v} ELSE list_transform(${items}, lambda x: x.value) END`;
  return `CAST(${value} AS ${duckdbType(type)}) AS ${quoted(name)}`;
});

const schemaErrors = (): string => {
  const wrong = columns.map(({ name, j }) => `(${j} IS NOT NULL AND ${quoted(name)} IS NULL)`);
  const names = columns.map(({ name }, index) => `CASE WHEN ${wrong[index]} THEN ${literal(name)} END`);
  const inArrays = ofArrays(({ lenient: items }) => `${items} IS NOT NULL`);
  const paths = ofArrays(({ name, lenient: items }) => itemErrors(name, items));
  return `CASE WHEN ${[...wrong, ...inArrays].join(' OR ')}
  THEN list_concat(${[`list_filter([${names.join(', ')}], lambda name: name IS NOT NULL)`, '[]::VARCHAR[]', ...paths].join(', ')}) END`;
};

/**
 * Everything of `from` (which needs event_name and properties), the column catalog's columns and `schema_errors`.
 * Keeps the order of `from`.
 */
export const selectTyped = (from: string, knownTypes: Iterable<EventType>): string => {
  const known = [...knownTypes];
  const kinds = known.map((type, kind) => `WHEN ${literal(type.name)} THEN ${kind}`).join(' ');
  const select = (expressions: readonly string[], of: string): string =>
    `SELECT ${['*', ...expressions].join(',\n  ')}\nFROM ${of}`;
  const steps = [
    [`CASE event_name ${kinds} END::TINYINT AS kind`],
    readings(known),
    exactReadings(known),
    sources(known),
    strict,
    lenient,
    values,
    [`${schemaErrors()} AS schema_errors`],
  ];
  return steps.reduce((of, expressions, at) => select(expressions, at === 0 ? of : `(${of})`), from);
};
