import { cast } from '../translate/casts.ts';
import { argOf, VARCHAR } from '../types/types.ts';
import { type Build, define } from './registry.ts';

/** Elements become text as CAST would make it. */
const joined =
  (macro: string): Build =>
  ([list, ...rest], node) => {
    const element = cast({ sql: 'e_', type: argOf(list?.type ?? VARCHAR, 0) }, VARCHAR, node);
    return `${macro}(${[`list_transform(${list?.sql}, lambda e_: ${element})`, ...rest.map((arg) => arg.sql)].join(', ')})`;
  };

define({
  'cardinality(array(T)) bigint': 'len($1)',
  'cardinality(map(K,V)) bigint': 'cardinality($1)',
  'element_at(array(T), bigint) T': 'trino_element_at($1, $2)',
  'element_at(map(K,V), K) V': '$1[$2]',
  'contains(array(T), T) boolean': 'trino_contains($1, $2)',
  'contains_sequence(array(T), array(T)) boolean': 'trino_contains_sequence($1, $2)',
  'array_position(array(T), T) bigint': 'CAST(trino_array_position($1, $2) AS BIGINT)',
  'array_join(array(T), varchar) varchar': joined('trino_array_join'),
  'array_join(array(T), varchar, varchar) varchar': joined('trino_array_join_null'),
  'array_max(array(T)) T': 'trino_array_max($1)',
  'array_min(array(T)) T': 'trino_array_min($1)',
  'array_distinct(array(T)) array(T)': 'trino_array_distinct($1)',
  'array_sort(array(T)) array(T)': "list_sort($1, 'ASC', 'NULLS LAST')",
  'array_union(array(T), array(T)) array(T)': 'trino_array_distinct(list_concat($1, $2))',
  'array_intersect(array(T), array(T)) array(T)': 'trino_array_intersect($1, $2)',
  'array_except(array(T), array(T)) array(T)': 'trino_array_except($1, $2)',
  'array_remove(array(T), T) array(T)': 'list_filter($1, lambda e_: e_ IS DISTINCT FROM $2)',
  'arrays_overlap(array(T), array(T)) boolean': 'trino_arrays_overlap($1, $2)',
  'flatten(array(array(T))) array(T)': 'flatten($1)',
  'reverse(array(T)) array(T)': 'list_reverse($1)',
  'slice(array(T), bigint, bigint) array(T)': 'trino_slice($1, $2, $3)',
  'trim_array(array(T), bigint) array(T)': '$1[1:len($1) - $2]',
  'repeat(T, bigint) array(T)': 'list_transform(range($2), lambda e_: $1)',
  'sequence(bigint, bigint) array(bigint)': 'trino_sequence($1, $2)',
  'sequence(bigint, bigint, bigint) array(bigint)': 'generate_series($1, $2, $3)',
  'sequence(date, date) array(date)': "CAST(generate_series($1, $2, INTERVAL '1 day') AS DATE[])",
  'sequence(date, date, interval day to second) array(date)': 'CAST(generate_series($1, $2, $3) AS DATE[])',
  'sequence(date, date, interval year to month) array(date)': 'CAST(generate_series($1, $2, $3) AS DATE[])',
  'sequence(timestamp, timestamp, interval day to second) array(timestamp)': 'generate_series($1, $2, $3)',
  'sequence(timestamp, timestamp, interval year to month) array(timestamp)': 'generate_series($1, $2, $3)',
  'transform(array(T), fn(T,R)) array(R)': 'list_transform($1, $2)',
  'filter(array(T), fn(T,boolean)) array(T)': 'list_filter($1, $2)',
  'any_match(array(T), fn(T,boolean)) boolean': 'trino_any(list_transform($1, $2))',
  'all_match(array(T), fn(T,boolean)) boolean': 'trino_all(list_transform($1, $2))',
  'none_match(array(T), fn(T,boolean)) boolean': '(NOT trino_any(list_transform($1, $2)))',
  'apply(T, fn(T,R)) R': 'list_transform([$1], $2)[1]',
  'map(array(K), array(V)) map(K,V)': 'trino_map($1, $2)',
  'map() map(varchar, varchar)': 'CAST(MAP {} AS MAP(VARCHAR, VARCHAR))',
  'map_keys(map(K,V)) array(K)': 'map_keys($1)',
  'map_values(map(K,V)) array(V)': 'map_values($1)',
  'map_concat(map(K,V), map(K,V)) map(K,V)': 'map_concat($1, $2)',
});
