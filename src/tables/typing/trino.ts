import type { ScalarType } from '../../events/columnType.ts';
import type { CatalogColumn, EventType, Source } from '../../events/eventType.ts';
import { trinoType } from '../types.ts';
import { literal } from './duckdbValues.ts';
import {
  elementsOf,
  scalarErrors,
  scalarReadings,
  structErrors,
  structReadings,
  structs,
  structValues,
} from './trinoArrays.ts';
import { jsonReading, marked, reading, unmarked } from './trinoReadings.ts';
import { valuesOf } from './trinoValues.ts';

/**
 * The Trino query that takes the typed columns out of an event's properties and context: the same rule as duckdb.ts. It
 * is the text of a view, which has a limit (docs/decisions/106): so a rule stands once for each type, not once for each
 * column.
 *
 * Names that end with an underscore are the query's own. No column of the catalog ends so.
 */

/** Trino takes 254 elements in ARRAY[…]. */
const MOST_ELEMENTS = 100;

const arrayOf = (elements: readonly string[], type: string): string => {
  const chunks = Array.from({ length: Math.ceil(elements.length / MOST_ELEMENTS) }, (_, at) =>
    elements.slice(at * MOST_ELEMENTS, (at + 1) * MOST_ELEMENTS),
  );
  if (chunks.length === 0) return `CAST(ARRAY[] AS array(${type}))`;
  return chunks.map((chunk) => `ARRAY[${chunk.join(',')}]`).join('||');
};

const place = (source: Source): string[] => [source.in === 'properties' ? 'p' : 'c', ...source.path];

/** What is read of a column, by the kinds of events that have it: most have it from the same places. */
const readFrom = (
  column: string,
  known: readonly EventType[],
  read: (json: string, paths: string[][]) => string,
): string => {
  const kinds = new Map<string, number[]>();
  known.forEach((type, kind) => {
    const sources = type.columns[column];
    if (sources === undefined) return;
    const text = read('m_', sources.map(place));
    kinds.set(text, [...(kinds.get(text) ?? []), kind]);
  });
  if (kinds.size === 0) return 'CAST(NULL AS varchar)';
  const whens = [...kinds].map(([text, of]) => `WHEN k_ IN (${of.join(',')}) THEN ${text}`);
  return `CASE ${whens.join(' ')} END`;
};

interface Group {
  type: ScalarType;
  columns: readonly CatalogColumn[];
}

/** Scalar columns by their type: each group is an array. */
const groupsOf = (columns: readonly CatalogColumn[]): Group[] => {
  const scalars = columns.flatMap(({ type, ...rest }) =>
    typeof type === 'string' ? [{ type, column: { type, ...rest } }] : [],
  );
  return [...Map.groupBy(scalars, ({ type }) => type)].map(([type, found]) => ({
    type,
    columns: found.map(({ column }) => column),
  }));
};

/** A step of the query: columns that the next ones read. */
type Step = readonly { name: string; sql: string }[];

const scalarSteps = (groups: readonly Group[], known: readonly EventType[]): Step[] => [
  groups.map(({ type, columns }, at) => ({
    name: `r${at}_`,
    sql: `if(k_ IS NOT NULL,${arrayOf(
      columns.map(({ name }) => readFrom(name, known, type === 'json' ? jsonReading : reading)),
      'varchar',
    )})`,
  })),
  groups.map(({ type }, at) => ({
    name: `v${at}_`,
    sql: type === 'json' ? unmarked(`r${at}_`) : valuesOf(type, 'as', `r${at}_`),
  })),
];

/** The steps of the column at a place of the catalog; none for a scalar. */
const arraySteps = ({ name, type }: CatalogColumn, at: number, known: readonly EventType[]): Step[] => {
  if (typeof type === 'string') return [];
  const { arrayOf: of } = type;
  const begin: Step[] = [
    [{ name: `j${at}_`, sql: readFrom(name, known, jsonReading) }],
    [{ name: `e${at}_`, sql: elementsOf(`j${at}_`) }],
  ];
  if (typeof of === 'string')
    return [
      ...begin,
      [{ name: `q${at}_`, sql: scalarReadings(`e${at}_`) }],
      [{ name: `a${at}_`, sql: valuesOf(of, 'as', `q${at}_`) }],
      [{ name: `x${at}_`, sql: scalarErrors(name, `q${at}_`, `a${at}_`) }],
    ];
  return [
    ...begin,
    [{ name: `q${at}_`, sql: structReadings(of, `e${at}_`) }],
    [{ name: `s${at}_`, sql: structValues(of, `q${at}_`) }],
    [
      { name: `a${at}_`, sql: structs(of, `s${at}_`) },
      { name: `x${at}_`, sql: structErrors(name, of, `s${at}_`) },
    ],
  ];
};

/** What each column is read and made of, by name. */
const places = (columns: readonly CatalogColumn[], groups: readonly Group[]) => {
  const found = new Map<string, { read: string; value: string; errors: string | undefined }>();
  groups.forEach(({ columns: members }, at) => {
    members.forEach(({ name }, index) => {
      const element = `[${index + 1}]`;
      found.set(name, { read: `r${at}_${element}`, value: `v${at}_${element}`, errors: undefined });
    });
  });
  columns.forEach(({ name, type }, at) => {
    if (typeof type !== 'string') found.set(name, { read: `j${at}_`, value: `a${at}_`, errors: `x${at}_` });
  });
  return columns.map(({ name, type }) => ({
    name,
    type,
    ...(found.get(name) ?? { read: 'NULL', value: 'NULL', errors: undefined }),
  }));
};

const kindOf = (name: string, known: readonly EventType[]): string =>
  known.length === 0
    ? 'CAST(NULL AS integer)'
    : `CASE ${name} ${known.map((type, kind) => `WHEN ${literal(type.name)} THEN ${kind}`).join(' ')} END`;

/** A typed event's columns, on top of `from`: expressions over what the steps give. */
interface TypedEvents {
  /** everything of `from`, and what the expressions need */
  from: string;
  columns: readonly { name: string; sql: string }[];
  schemaErrors: string;
}

/** Where the name, properties and context of an event are in `from`; NULL as the name leaves all columns NULL. */
interface EventTexts {
  name: string;
  properties: string;
  context: string;
}

export const typedInTrino = (
  from: string,
  { name, properties, context }: EventTexts,
  knownTypes: Iterable<EventType>,
  catalog: readonly CatalogColumn[],
): TypedEvents => {
  const known = [...knownTypes];
  const groups = groupsOf(catalog);
  const arrays = catalog.map((column, at) => arraySteps(column, at, known));
  const scalars = scalarSteps(groups, known);
  const deepest = Math.max(scalars.length, ...arrays.map(({ length }) => length));
  const steps: Step[] = [
    [{ name: 'k_', sql: kindOf(name, known) }],
    [
      {
        name: 'm_',
        sql: `if(k_ IS NOT NULL,${marked(`'{"p":'||${properties}||',"c":'||${context}||',"z":0}'`)})`,
      },
    ],
    ...Array.from({ length: deepest }, (_, at) => [
      ...(scalars[at] ?? []),
      ...arrays.flatMap((one) => one[at] ?? []),
    ]),
  ];
  const made = places(catalog, groups);
  const wrong = made.map(
    (column) => `if(${column.read} IS NOT NULL AND ${column.value} IS NULL,'${column.name}')`,
  );
  const inArrays = made.flatMap(({ errors }) =>
    errors === undefined ? [] : [`coalesce(${errors},ARRAY[])`],
  );
  const all = [`filter(${arrayOf(wrong, 'varchar')},n->n IS NOT NULL)`, ...inArrays].join('||');
  return {
    from: steps.reduce(
      (of, step) => `SELECT *,${step.map((one) => `${one.sql} ${one.name}`).join(',')} FROM (${of})`,
      from,
    ),
    columns: made.map((column) => ({
      name: column.name,
      sql: `CAST(${column.value} AS ${trinoType(column.type)})`,
    })),
    schemaErrors: `if(k_ IS NOT NULL,nullif(CAST(${all} AS array(varchar)),ARRAY[]))`,
  };
};
