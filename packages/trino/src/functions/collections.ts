import { type Node, positionOf } from '../grammar/grammar.ts';
import { cast } from '../translate/casts.ts';
import { demandOneForm, demandOrder, equality, holdsNull, isNested } from '../translate/comparisons.ts';
import type { Typed } from '../translate/scope.ts';
import { notSupported } from '../trinoError.ts';
import * as types from '../types/types.ts';
import { argOf, VARCHAR } from '../types/types.ts';
import { type Build, define } from './registry.ts';

/** Elements become text as CAST would make it. */
const joined =
  (macro: string): Build =>
  ([list, ...rest], node) => {
    const item = argOf(list?.type ?? VARCHAR, 0);
    const element = item.name === 'varchar' ? undefined : cast({ sql: 'e_', type: item }, VARCHAR, node);
    const texts = element ? `list_transform(${list?.sql}, lambda e_: ${element})` : (list?.sql ?? '');
    return `${macro}(${[texts, ...rest.map((arg) => arg.sql)].join(', ')})`;
  };

const itemOf = (list: Typed | undefined): types.TrinoType => argOf(list?.type ?? types.ANY, 0);

const needsEquality = (type: types.TrinoType): boolean => isNested(type) || types.isFloat(type);

/** Whether an array holds a value: unknown where a NULL, in the array or inside of its elements, leaves it open. */
const contains: Build = ([list, value]) =>
  needsEquality(itemOf(list))
    ? `trino_any(list_transform(${list?.sql}, lambda e_: ${equality('e_', value?.sql ?? '', itemOf(list))}))`
    : `trino_contains(${list?.sql}, ${value?.sql})`;

const overlap: Build = ([a, b]) => {
  if (!needsEquality(itemOf(a))) return `trino_arrays_overlap(${a?.sql}, ${b?.sql})`;
  throw notSupported('arrays_overlap() of arrays of such elements');
};

/** Trino compares elements one by one and refuses those that hold a NULL. */
const refusingNull = (
  name: string,
  list: Typed | undefined,
  value: Typed | undefined,
  found: string,
  none: string,
  node: Node,
): string => {
  const item = itemOf(list);
  demandOneForm(item, `${name}()`, node);
  if (!isNested(item)) return found;
  const what = `trino_fail('NOT_SUPPORTED: ${name} does not support arrays with elements that are null or contain null')`;
  const inner = `len(list_filter(${list?.sql}, lambda n_: ${holdsNull('n_', item)})) > 0`;
  return `CASE WHEN ${inner} OR ${holdsNull(value?.sql ?? '', item)} THEN ${none.replace('$', what)} ELSE ${found} END`;
};

const position: Build = ([list, value], node) => {
  const found = `CAST(trino_array_position(${list?.sql}, ${value?.sql}) AS BIGINT)`;
  return refusingNull('array_position', list, value, found, '$', node);
};

const remove: Build = ([list, value], node) => {
  const duck = types.isOpen(itemOf(list)) ? 'INTEGER' : types.duckType(itemOf(list));
  const found = `CASE WHEN ${value?.sql} IS NOT NULL THEN list_filter(${list?.sql}, lambda r_: r_ IS DISTINCT FROM ${value?.sql}) END`;
  const none = `[CAST(CAST($ AS VARCHAR) AS ${duck})]`;
  const sql = refusingNull('array_remove', list, value, found, none, node);
  return { sql, type: list?.type ?? types.ANY };
};

/** The greatest or least element; NaN only where there is nothing else. */
const extreme =
  (macro: string): Build =>
  ([list], node) => {
    const item = itemOf(list);
    demandOrder(item, 'Type is not orderable', node);
    const sql = `trino_array_${macro}(${list?.sql})`;
    if (!types.isFloat(item)) return sql;
    const numbers = `list_filter(${list?.sql}, lambda e_: e_ IS NULL OR NOT isnan(e_))`;
    return `CASE WHEN len(${numbers}) > 0 THEN trino_array_${macro}(${numbers}) ELSE ${sql} END`;
  };

const sorted: Build = ([list], node) => {
  demandOrder(itemOf(list), 'Type is not orderable', node);
  return { sql: `list_sort(${list?.sql}, 'ASC', 'NULLS LAST')`, type: list?.type ?? types.ANY };
};

/** A sequence of timestamps: with as many digits as the finer end has. */
const timestamps =
  (macro: string, size: string): Build =>
  ([from, to, step]) => {
    const digits = [from, to].map((end) => types.fractionOf(end?.type ?? types.TIMESTAMP));
    return {
      sql: `${macro}(${from?.sql}, ${to?.sql}, ${size}(${step?.sql}))`,
      type: types.arrayOf(types.withFraction(types.TIMESTAMP, Math.max(...digits))),
    };
  };

/** Trino has no greater result. */
const checkedRepeat: Build = ([value, count]) => ({
  sql: `list_transform(range(trino_repeat_count(${count?.sql})), lambda e_: ${value?.sql})`,
  type: types.arrayOf(value?.type ?? types.ANY),
});

const concatenatedMaps: Build = (maps) => {
  const missing = maps.map((map) => `${map.sql} IS NULL`).join(' OR ');
  const type = maps[0]?.type ?? types.ANY;
  return {
    sql: `CASE WHEN ${missing} THEN NULL ELSE map_concat(${maps.map((map) => map.sql).join(', ')}) END`,
    type,
  };
};

const combinations = (size: number, list: string): string => {
  const at = (place: number): string => `i${place}_`;
  const inner = (place: number): string => {
    const upto = place === size - 1 ? `len(${list}) + 1` : at(place + 1);
    const items = Array.from({ length: size }, (_, i) => `${list}[${at(i)}]`).join(', ');
    const found = place === 0 ? `[[${items}]]` : inner(place - 1);
    return `flatten(list_transform(range(1, ${upto}), lambda ${at(place)}: ${found}))`;
  };
  return inner(size - 1);
};

const combined: Build = ([list, count], node) => {
  const size = Number(count?.literal);
  const type = types.arrayOf(list?.type ?? types.ANY);
  if (!Number.isInteger(size) || size < 1)
    throw notSupported('combinations() of this size', positionOf(node));
  const fail = `trino_fail('INVALID_FUNCTION_ARGUMENT: combination size must not exceed 5: ${size}')`;
  if (size > 5) return { sql: `CAST(CAST(${fail} AS VARCHAR) AS ${types.duckType(type)})`, type };
  const sql = `CASE WHEN ${list?.sql} IS NOT NULL THEN ${combinations(size, list?.sql ?? '')} END`;
  return { sql: `CAST(${sql} AS ${types.duckType(type)})`, type };
};

/** Of elements that DuckDB tells apart as Trino does. */
const distinct =
  (sql: string): Build =>
  ([a, b], node) => {
    demandOneForm(itemOf(a), 'an array function', node);
    return sql.replaceAll(/\$([12])/g, (_all, which) => (which === '1' ? a : b)?.sql ?? 'NULL');
  };

const histogram: Build = ([list], node) => {
  const type = types.mapOf(itemOf(list), types.BIGINT);
  demandOneForm(itemOf(list), 'array_histogram()', node);
  const present = `list_filter(${list?.sql}, lambda h_: h_ IS NOT NULL)`;
  const counted = `list_transform(trino_array_distinct(${present}), lambda k_: struct_pack(key := k_, value := len(list_filter(${present}, lambda h_: h_ IS NOT DISTINCT FROM k_))))`;
  return { sql: `CAST(map_from_entries(${counted}) AS ${types.duckType(type)})`, type };
};

define({
  'cardinality(array(T)) bigint': 'len($1)',
  'cardinality(map(K,V)) bigint': 'CAST(cardinality($1) AS BIGINT)',
  'element_at(array(T), bigint) T': 'trino_element_at($1, $2)',
  'element_at(map(K,V), K) V': '$1[$2]',
  'contains(array(T), T) boolean': contains,
  'contains_sequence(array(T), array(T)) boolean': distinct('trino_contains_sequence($1, $2)'),
  'array_position(array(T), T) bigint': position,
  'array_join(array(T), varchar) varchar': joined('trino_array_join'),
  'array_join(array(T), varchar, varchar) varchar': joined('trino_array_join_null'),
  'array_max(array(T)) T': extreme('max'),
  'array_min(array(T)) T': extreme('min'),
  'array_distinct(array(T)) array(T)': distinct('trino_array_distinct($1)'),
  'array_sort(array(T)) array(T)': sorted,
  'array_union(array(T), array(T)) array(T)': distinct(
    'CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN trino_array_distinct(list_concat($1, $2)) END',
  ),
  'array_intersect(array(T), array(T)) array(T)': distinct('trino_array_intersect($1, $2)'),
  'array_except(array(T), array(T)) array(T)': distinct('trino_array_except($1, $2)'),
  'array_remove(array(T), T) array(T)': remove,
  'arrays_overlap(array(T), array(T)) boolean': overlap,
  'array_histogram(array(T)) map(T,bigint)': histogram,
  'combinations(array(T), bigint) array(array(T))': combined,
  'ngrams(array(T), bigint) array(array(T))': 'trino_ngrams($1, $2)',
  'shuffle(array(T)) array(T)':
    'list_transform(list_sort(list_transform($1, lambda s_: struct_pack(r := random(), e := s_))), lambda s_: s_.e)',
  'flatten(array(array(T))) array(T)': 'flatten($1)',
  'slice(array(T), bigint, bigint) array(T)': 'trino_slice($1, $2, $3)',
  'trim_array(array(T), bigint) array(T)': 'trino_trim_array($1, $2)',
  'repeat(T, bigint) array(T)': checkedRepeat,
  'sequence(bigint, bigint) array(bigint)': 'trino_sequence($1, $2, CASE WHEN $1 <= $2 THEN 1 ELSE -1 END)',
  'sequence(bigint, bigint, bigint) array(bigint)': 'trino_sequence($1, $2, $3)',
  'sequence(date, date) array(date)':
    'CAST(trino_sequence_micros(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), CASE WHEN $1 <= $2 THEN 86400000000 ELSE -86400000000 END) AS DATE[])',
  'sequence(date, date, interval day to second) array(date)':
    'CAST(trino_sequence_micros(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), trino_day_step($3)) AS DATE[])',
  'sequence(date, date, interval year to month) array(date)':
    'CAST(trino_sequence_months(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), trino_months($3)) AS DATE[])',
  'sequence(timestamp, timestamp, interval day to second) array(timestamp)': timestamps(
    'trino_sequence_micros',
    'epoch_us',
  ),
  'sequence(timestamp, timestamp, interval year to month) array(timestamp)': timestamps(
    'trino_sequence_months',
    'trino_months',
  ),
  'transform(array(T), fn(T,R)) array(R)': 'list_transform($1, $2)',
  'filter(array(T), fn(T,boolean)) array(T)': 'list_filter($1, $2)',
  'any_match(array(T), fn(T,boolean)) boolean': 'trino_any(list_transform($1, $2))',
  'all_match(array(T), fn(T,boolean)) boolean': 'trino_all(list_transform($1, $2))',
  'none_match(array(T), fn(T,boolean)) boolean': '(NOT trino_any(list_transform($1, $2)))',
  'map(array(K), array(V)) map(K,V)': 'trino_map($1, $2)',
  'map() map(U,U)': 'CAST(MAP {} AS MAP(INTEGER, INTEGER))',
  'map_keys(map(K,V)) array(K)': 'map_keys($1)',
  'map_values(map(K,V)) array(V)': 'map_values($1)',
  'map_concat(map(K,V), map(K,V)*) map(K,V)': concatenatedMaps,
});
