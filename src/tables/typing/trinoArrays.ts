import { isDecimalType, type ScalarType, type StructField } from '../../events/columnType.ts';
import { trinoType } from '../types.ts';
import { literal } from './duckdbValues.ts';
import { MAX_ERRORS } from './maxErrors.ts';
import { ownReading, reading } from './trinoReadings.ts';
import { isText, valuesOf } from './trinoValues.ts';

/**
 * Trino expressions for columns that are arrays, as duckdbElements.ts and duckdbItems.ts have them. Each step is a
 * column of its own, since SQL has no other way to compute a thing once: what it is called is up to the caller.
 */

/** The elements of a marked JSON text; NULL for what is no array. */
export const elementsOf = (json: string): string =>
  `if(starts_with(${json},'['),CAST(json_extract(${json},'$') AS array(json)))`;

/** Texts of each element with its place before them: the first ones. */
const numbered = (column: string, texts: string): string =>
  `reduce(${texts},CAST(ROW(0,ARRAY[]) AS ROW(i bigint,e array(varchar))),(s,x)->CAST(ROW(s.i+1,if(cardinality(s.e)<${MAX_ERRORS},s.e||transform(x,n->${literal(`${column}[`)}||CAST(s.i AS varchar)||']'||n),s.e)) AS ROW(i bigint,e array(varchar))),s->slice(s.e,1,${MAX_ERRORS}))`;

/** The readings of an array of scalars. */
export const scalarReadings = (elements: string): string => `transform(${elements},e->${ownReading('e')})`;

/** `['tags[1]']` of its readings and values; JSON's null contradicts nothing. */
export const scalarErrors = (column: string, readings: string, values: string): string =>
  numbered(
    column,
    `zip_with(${readings},${values},(r,v)->if(r IS NOT NULL AND v IS NULL,ARRAY[''],ARRAY[]))`,
  );

/** An array of the readings of each element's fields; NULL in place of what is no object. */
export const structReadings = (fields: readonly StructField[], elements: string): string =>
  `transform(${elements},e->if(starts_with(json_format(e),'{'),ARRAY[${fields.map(({ from }) => reading('e', from)).join(',')}]))`;

/** Places of the fields of a struct by their type: the values of each type are made together. */
const byType = (fields: readonly StructField[]): [ScalarType, number[]][] => {
  const groups = Map.groupBy(fields.entries(), ([, { type }]) => type);
  return [...groups].map(([type, own]) => [type, own.map(([place]) => place)]);
};

/** Where the value of each field is in what `structValues` gives, in the order of the fields. */
const valuesAt = (fields: readonly StructField[]): string[] =>
  byType(fields)
    .flatMap(([, places], group) => places.map((place, at) => ({ place, sql: `x.v${group}[${at + 1}]` })))
    .sort((one, other) => one.place - other.place)
    .map(({ sql }) => sql);

/** Of each element its readings and, by type, its values. */
export const structValues = (fields: readonly StructField[], readings: string): string => {
  const groups = byType(fields);
  const lists = groups.map(([type, places]) =>
    valuesOf(type, 'lenient', `ARRAY[${places.map((at) => `r[${at + 1}]`).join(',')}]`),
  );
  const types = groups.map(([type], at) => `v${at} array(${trinoType(type)})`);
  return `transform(${readings},r->if(r IS NOT NULL,CAST(ROW(r,${lists.join(',')}) AS ROW(r array(varchar),${types.join(',')}))))`;
};

/** The column's value, of what `structValues` gives. */
export const structs = (fields: readonly StructField[], values: string): string => {
  const row = valuesAt(fields).join(',');
  const types = fields.map(({ name, type }) => `${name} ${trinoType(type)}`).join(',');
  return `transform(${values},x->if(x IS NOT NULL,CAST(ROW(${row}) AS ROW(${types}))))`;
};

/** A value that was read leniently contradicts its type as well. */
const isLenient = (type: ScalarType, r: string): string => {
  if (type === 'string') return ` OR NOT (${isText(r)})`;
  return type === 'bigint' || type === 'double' || isDecimalType(type) ? ` OR ${isText(r)}` : '';
};

/** `['items[0].price', 'items[2]']` of what `structValues` gives. */
export const structErrors = (column: string, fields: readonly StructField[], values: string): string => {
  const places = valuesAt(fields);
  const wrong = fields.map(({ name, type }, at) => {
    const r = `x.r[${at + 1}]`;
    return `if(${r} IS NOT NULL AND (${places[at]} IS NULL${isLenient(type, r)}),'.${name}')`;
  });
  const names = `if(x IS NULL,ARRAY[''],filter(ARRAY[${wrong.join(',')}],n->n IS NOT NULL))`;
  return numbered(column, `transform(${values},x->${names})`);
};
