import { catalogColumns } from '../../events/columnCatalog.ts';
import {
  type ColumnType,
  isDecimalType,
  type Names,
  type ScalarType,
  type StructField,
} from '../../events/columnType.ts';
import type { CatalogColumn, EventType, Source } from '../../events/eventType.ts';
import { duckdbType } from '../types.ts';
import { elementErrors, hasRealElement, strictElements } from './duckdbElements.ts';
import { allRight, hasRealElements, itemErrors, lenientItems, strictItems } from './duckdbItems.ts';
import { firstOf, memberOf, quoted, readingsOf, readingWith, shapeOf } from './duckdbMembers.ts';
import { hasLongNumber, hasReal, isReal, literal, typedValue } from './duckdbValues.ts';

/**
 * The DuckDB query that takes the typed columns out of an event's properties and context. Reading all members at once
 * is cheap; parsing each text again is not. So each is read twice, as `j` and `v`, and a third time, as `x` (or `w`, of
 * columns that are JSON), only in the few events where `j` may have lost digits: duckdbValues.ts says what these are
 * and how they become values.
 */

type Reading = 'j' | 'v' | 'x' | 'w';

/** A double is what it is read as; of all other numbers the digits count. */
const scalarNeedsDigits = (type: ScalarType): boolean =>
  type === 'bigint' || type === 'timestamp' || isDecimalType(type);

const needsDigits = (type: ColumnType): boolean => {
  if (typeof type === 'string') return scalarNeedsDigits(type);
  return typeof type.arrayOf === 'object' || scalarNeedsDigits(type.arrayOf);
};

/** What is read of the events of one type in one go: places below `properties` or `context`. */
interface Part {
  in: Source['in'];
  paths: readonly Names[];
  /** behind `j`, `v` and so on */
  suffix: string;
}

interface Column extends CatalogColumn {
  j: string;
  v: string;
  x: string;
  w: string;
  lenient: string;
}

interface Kind {
  type: EventType;
  parts: readonly Part[];
  columns: readonly Column[];
}

const partsOf = (type: EventType, kind: number): Part[] => {
  const sources = Object.values(type.columns).flat();
  const found = (['properties', 'context'] as const).flatMap((place) =>
    readingsOf(sources.flatMap((one) => (one.in === place ? [one.path] : []))).map((paths) => ({
      in: place,
      paths,
    })),
  );
  return found.map((part, at) => ({ ...part, suffix: at === 0 ? `${kind}` : `${kind}_${at}` }));
};

const partWith = (parts: readonly Part[], source: Source): Part | undefined =>
  parts.find((part) => part.in === source.in && readingWith([[...part.paths]], source.path) === 0);

/** A column's property in one of the readings of its type. */
const readAs = (reading: Reading, { type, parts }: Kind, column: string): string =>
  firstOf(
    (type.columns[column] ?? []).map((source) =>
      memberOf(`${reading}${partWith(parts, source)?.suffix}`, source.path),
    ),
  );

/** Whether an event of this kind has a number of which `j` may not have the digits; undefined if it cannot have one. */
const lostDigits = (kind: Kind): string | undefined => {
  const long = [...new Set(kind.parts.map((part) => part.in))].map(hasLongNumber).join(' OR ');
  const tests = kind.columns.flatMap(({ name, type }) => {
    if (!needsDigits(type)) return [];
    const json = readAs('j', kind, name);
    if (typeof type === 'string')
      return [isDecimalType(type) ? `(${isReal(json)} AND (${long}))` : isReal(json)];
    return [typeof type.arrayOf === 'object' ? hasRealElements(type.arrayOf, json) : hasRealElement(json)];
  });
  return tests.length === 0 ? undefined : tests.join(' OR ');
};

const lostDigitsOfJson = (kind: Kind): string | undefined => {
  const tests = kind.columns.flatMap(({ name, type }) =>
    type === 'json' ? [hasReal(readAs('j', kind, name))] : [],
  );
  return tests.length === 0 ? undefined : tests.join(' OR ');
};

/** Each type's own members only: a look-up of all types' names in every event costs twice as much. */
const readings = (kinds: readonly Kind[]): string[] =>
  kinds.flatMap(({ parts }, kind) =>
    parts.flatMap((part) =>
      (['JSON', 'VARCHAR'] as const).map((read) => {
        const shape = literal(JSON.stringify(shapeOf(part.paths, read)));
        return `CASE WHEN kind = ${kind} THEN from_json(${part.in}, ${shape}) END AS ${read === 'JSON' ? 'j' : 'v'}${part.suffix}`;
      }),
    ),
  );

/** The places of each part whose columns are of such a type, read out of another text of the same JSON. */
const readAgain = (
  kinds: readonly Kind[],
  reading: 'x' | 'w',
  isOf: (type: ColumnType) => boolean,
  testOf: (kind: Kind) => string | undefined,
  textOf: (json: string) => string,
): string[] =>
  kinds.flatMap((one, kind) => {
    const test = testOf(one);
    if (test === undefined) return [];
    const sources = one.columns.flatMap(({ name, type }) =>
      isOf(type) ? (one.type.columns[name] ?? []) : [],
    );
    return one.parts.flatMap((part) => {
      const paths = sources.filter((source) => partWith(one.parts, source) === part).map(({ path }) => path);
      if (paths.length === 0) return [];
      const shape = literal(JSON.stringify(shapeOf(paths, reading === 'x' ? 'VARCHAR' : 'JSON')));
      return [
        `CASE WHEN kind = ${kind} AND (${test}) THEN from_json(${textOf(part.in)}, ${shape}) END AS ${reading}${part.suffix}`,
      ];
    });
  });

const exactReadings = (kinds: readonly Kind[]): string[] => [
  ...readAgain(kinds, 'x', needsDigits, lostDigits, (json) => `quoted_numbers(${json})`),
  ...readAgain(
    kinds,
    'w',
    (type) => type === 'json',
    lostDigitsOfJson,
    (json) => `marked_numbers(${json})`,
  ),
];

/**
 * A column's property in one of the readings, for the event types that list the column; NULL when absent or JSON's
 * null. `kind` is the place of the event's type among the known ones: comparing names for each column would take longer
 * than all else.
 */
const sourceOf = (reading: Reading, column: string, kinds: readonly Kind[]): string => {
  const whens = kinds.flatMap((one, kind) =>
    Object.hasOwn(one.type.columns, column)
      ? [`WHEN kind = ${kind} THEN ${readAs(reading, one, column)}`]
      : [],
  );
  return whens.length === 0 ? 'NULL::VARCHAR' : `CASE ${whens.join(' ')} END`;
};

const columnOf = (column: CatalogColumn): Column => ({
  ...column,
  j: quoted(`j ${column.name}`),
  v: quoted(`v ${column.name}`),
  x: quoted(`x ${column.name}`),
  w: quoted(`w ${column.name}`),
  lenient: quoted(`lenient ${column.name}`),
});

/** The properties of each column: of arrays `v` is made of `j` in the next step. */
const sources = (columns: readonly Column[], kinds: readonly Kind[]): string[] =>
  columns.flatMap(({ name, type, j, v, x, w }) => [
    `${sourceOf('j', name, kinds)} AS ${j}`,
    ...(typeof type === 'string' ? [`${sourceOf('v', name, kinds)} AS ${v}`] : []),
    ...(needsDigits(type) ? [`${sourceOf('x', name, kinds)} AS ${x}`] : []),
    ...(type === 'json' ? [`${sourceOf('w', name, kinds)} AS ${w}`] : []),
  ]);

/** An expression for each column that is an array: of structs, or of scalars. */
const ofArrays = (
  columns: readonly Column[],
  structs: (column: Column, fields: readonly StructField[]) => string,
  scalars: (column: Column, type: ScalarType) => string,
): string[] =>
  columns.flatMap((column) => {
    if (typeof column.type === 'string') return [];
    const { arrayOf } = column.type;
    return [typeof arrayOf === 'string' ? scalars(column, arrayOf) : structs(column, arrayOf)];
  });

const exactOf = ({ type, x }: Column): string => (needsDigits(type) ? x : 'NULL::VARCHAR');

const strict = (columns: readonly Column[]): string[] =>
  ofArrays(
    columns,
    ({ j, x, v }, fields) => `${strictItems(fields, j, x)} AS ${v}`,
    (column, type) => `${strictElements(type, column.j, exactOf(column))} AS ${column.v}`,
  );

const lenient = (columns: readonly Column[]): string[] =>
  ofArrays(
    columns,
    ({ j, x, v, lenient: name }, fields) =>
      `CASE WHEN ${v} IS NOT NULL AND NOT (${allRight(v)}) THEN ${lenientItems(fields, j, x)} END AS ${name}`,
    ({ name, j, v, lenient: errors }) => `${elementErrors(name, j, v)} AS ${errors}`,
  );

const valueOfColumn = (column: Column): string => {
  const { type, j, v, w, lenient: items } = column;
  if (type === 'json') return `as_json(${j}, ${w})`;
  if (typeof type === 'string') return typedValue('as', type, j, v, exactOf(column));
  if (typeof type.arrayOf === 'string') return v;
  return `CASE WHEN ${items} IS NULL THEN ${v} ELSE list_transform(${items}, lambda x: x.value) END`;
};

const values = (columns: readonly Column[]): string[] =>
  columns.map(
    (column) => `CAST(${valueOfColumn(column)} AS ${duckdbType(column.type)}) AS ${quoted(column.name)}`,
  );

const schemaErrors = (columns: readonly Column[]): string => {
  if (columns.length === 0) return 'NULL::VARCHAR[]';
  const wrong = columns.map(({ name, j }) => `(${j} IS NOT NULL AND ${quoted(name)} IS NULL)`);
  const names = columns.map(({ name }, index) => `CASE WHEN ${wrong[index]} THEN ${literal(name)} END`);
  const inArrays = ofArrays(
    columns,
    ({ lenient: items }) => `${items} IS NOT NULL`,
    ({ lenient: errors }) => `len(${errors}) > 0`,
  );
  const paths = ofArrays(
    columns,
    ({ name, lenient: items }) => itemErrors(name, items),
    ({ lenient: errors }) => errors,
  );
  return `CASE WHEN ${[...wrong, ...inArrays].join(' OR ')}
  THEN list_concat(${[`list_filter([${names.join(', ')}], lambda name: name IS NOT NULL)`, '[]::VARCHAR[]', ...paths].join(', ')}) END`;
};

/** The place of an event's type among the known ones. */
const kindOf = (known: readonly EventType[]): string => {
  if (known.length === 0) return 'NULL::TINYINT AS kind';
  const kinds = known.map((type, kind) => `WHEN ${literal(type.name)} THEN ${kind}`).join(' ');
  return `CASE event_name ${kinds} END::${known.length > 128 ? 'SMALLINT' : 'TINYINT'} AS kind`;
};

/**
 * Everything of `from` (which needs event_name, properties and context), the catalog's columns and `schema_errors`.
 * Keeps the order of `from`. The order of a type's columns in its file changes nothing here: builds of before stay as
 * they are.
 */
export const selectTyped = (
  from: string,
  knownTypes: Iterable<EventType>,
  catalog: readonly CatalogColumn[] = catalogColumns,
): string => {
  const known = [...knownTypes];
  const columns = catalog.map(columnOf);
  const kinds = known.map((type, kind) => ({
    type,
    parts: partsOf(type, kind),
    columns: columns.filter(({ name }) => Object.hasOwn(type.columns, name)),
  }));
  const select = (expressions: readonly string[], of: string): string =>
    `SELECT ${['*', ...expressions].join(',\n  ')}\nFROM ${of}`;
  const steps = [
    [kindOf(known)],
    readings(kinds),
    exactReadings(kinds),
    sources(columns, kinds),
    strict(columns),
    lenient(columns),
    values(columns),
    [`${schemaErrors(columns)} AS schema_errors`],
  ];
  return steps.reduce((of, expressions, at) => select(expressions, at === 0 ? of : `(${of})`), from);
};
