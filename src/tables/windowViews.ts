import type { ScalarType } from '../events/columnType.ts';
import { valueIn } from '../events/contract/rules.ts';
import type { CatalogColumn } from '../events/eventType.ts';
import { groupTextOf, scaleOf, windowColumns } from '../events/windows/columns.ts';
import { HASH_RANGE, SKETCH_SIZE } from '../events/windows/sketchSize.ts';
import type { Condition, Measure, WindowType } from '../events/windows/windowType.ts';
import type { TableColumn } from './tables.ts';
import { trinoType } from './types.ts';
import { wholeParts } from './wholeParts.ts';

/**
 * The view of a window: what is built where an hour is published, and what was counted of the stream elsewhere. Trino
 * SQL.
 *
 * Both sides are one union, and each row is told by its hour which side it is of. So `events` is scanned once: a view
 * that asked it twice, for the rows and for the hours that are there, could see two builds of an hour.
 */

/** Days back that a view shows: what it costs must not grow with the history. */
const VIEW_DAYS = 7;

/** Seconds after which a published hour is taken whole: longer than runs let an hour wait (param freshnessSeconds). */
const SETTLED_SECONDS = 7_200;

const quoted = (name: string): string => `"${name}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const column = (name: string, type: TableColumn['type'], comment: string): TableColumn => ({
  name,
  type,
  comment,
});

type Types = ReadonlyMap<string, ScalarType>;

const typeOf = (types: Types, name: string): ScalarType => types.get(name) ?? 'string';

/** As Trino sums: whole numbers stay whole, decimals get all digits there are. */
const sumType = (type: ScalarType): ScalarType => {
  const scale = scaleOf(type);
  if (type === 'bigint' || scale === undefined) return type;
  return `decimal(38,${scale})`;
};

const measureType = (measure: Measure, types: Types): ScalarType =>
  measure.what === 'sum' ? sumType(typeOf(types, measure.column)) : 'bigint';

const saying = (measure: Measure): string => {
  if (measure.what === 'count') return 'Number of events';
  return measure.what === 'sum'
    ? `Sum of ${measure.column}`
    : `Different values of ${measure.column}; of speed from ${SKETCH_SIZE} on to some 4 %`;
};

export const windowViewColumns = (window: WindowType, catalog: readonly CatalogColumn[]): TableColumn[] => {
  const types = windowColumns(window.of, catalog);
  return [
    column('window_start', 'timestamp', `Begin of the window of ${window.every} s (UTC)`),
    ...window.by.map((name) => column(name, typeOf(types, name), `As in ${window.of}`)),
    ...window.measures.map((measure) => column(measure.name, measureType(measure, types), saying(measure))),
    column(
      'layer',
      'string',
      'batch: built, exact; speed: counted of the stream, by arrival, duplicates not removed',
    ),
    column('dt', 'string', 'Day of window_start (UTC): 2026-11-01'),
    column('hr', 'string', 'Hour of window_start (UTC): 00 to 23'),
  ];
};

/** The begin of the window that a time is in. */
const startOf = (time: string, seconds: number): string =>
  seconds === 60
    ? `date_trunc('minute', ${time})`
    : `date_add('second', ((minute(${time}) * 60 + second(${time})) / ${seconds}) * ${seconds}, date_trunc('hour', ${time}))`;

/** In the one form that Trino reads for the type: it takes no 2.0 for a bigint. */
const valueText = (type: ScalarType, written: string): string => {
  const text = groupTextOf(type)(valueIn(type, written)) ?? written;
  if (type === 'string') return literal(text);
  if (type === 'boolean') return text;
  return type === 'double' ? `DOUBLE ${literal(text)}` : `CAST(${literal(text)} AS ${trinoType(type)})`;
};

const conditionSql = ({ column: name, allowed, not, min, max }: Condition, types: Types): string[] => {
  const type = typeOf(types, name);
  const list = (values: readonly string[]): string => values.map((text) => valueText(type, text)).join(', ');
  return [
    ...(allowed === undefined ? [] : [`${quoted(name)} IN (${list(allowed)})`]),
    ...(not === undefined ? [] : [`${quoted(name)} NOT IN (${list(not)})`]),
    ...(min === undefined ? [] : [`${quoted(name)} >= ${valueText(type, min)}`]),
    ...(max === undefined ? [] : [`${quoted(name)} <= ${valueText(type, max)}`]),
  ];
};

const bound = `dt >= CAST(current_date - INTERVAL '${VIEW_DAYS}' DAY AS varchar)`;

/** All events are grouped, also those that are not counted: they tell how far the hour is built. */
const batchSql = (window: WindowType, types: Types): string => {
  const conditions = window.where.flatMap((condition) => conditionSql(condition, types));
  const counted = conditions.length === 0 ? 'true' : conditions.join(' AND ');
  const measure = (one: Measure): string => {
    if (one.what === 'count') return `count_if(${counted})`;
    const value = `IF(${counted}, ${quoted(one.column)})`;
    const type = measureType(one, types);
    return one.what === 'sum' ? `CAST(sum(${value}) AS ${trinoType(type)})` : `count(DISTINCT ${value})`;
  };
  const start = startOf('event_time', window.every);
  const groups = [start, ...window.by.map(quoted), 'dt', 'hr'];
  const columns = [
    `${start} AS window_start`,
    ...window.by.map((name) => `${quoted(name)} AS ${quoted(name)}`),
    ...window.measures.map((one) => `${measure(one)} AS ${quoted(one.name)}`),
    `count_if(${counted}) AS "_counted"`,
    'max(received_at) AS "_newest"',
    `'batch' AS layer`,
    'dt',
    'hr',
  ];
  return `SELECT ${columns.join(', ')}\nFROM events\nWHERE ${bound}\nGROUP BY ${groups.join(', ')}`;
};

const speedSql = (window: WindowType, types: Types): string => {
  const groupOf = (name: string): string => {
    const text = `json_extract_scalar(group_values, '$.${name}')`;
    const type = typeOf(types, name);
    return type === 'string' ? text : `CAST(${text} AS ${trinoType(type)})`;
  };
  const measure = (one: Measure): string => {
    const type = trinoType(measureType(one, types));
    if (one.what === 'distinct') return distinctSql(one.name);
    return `CAST(sum(CAST(json_extract_scalar(measures, '$.${one.name}') AS ${type})) AS ${type})`;
  };
  const start = startOf('window_start', window.every);
  const hour = `date_format(window_start, '%H')`;
  const groups = [start, ...window.by.map(groupOf), 'dt', hour];
  const columns = [
    `${start} AS window_start`,
    ...window.by.map((name) => `${groupOf(name)} AS ${quoted(name)}`),
    ...window.measures.map((one) => `${measure(one)} AS ${quoted(one.name)}`),
    'CAST(1 AS bigint) AS "_counted"',
    'max(newest) AS "_newest"',
    `'speed' AS layer`,
    'dt',
    `${hour} AS hr`,
  ];
  return `SELECT ${columns.join(', ')}
FROM (${wholeParts(bound)})
WHERE window_name = ${literal(window.name)}
GROUP BY ${groups.join(', ')}`;
};

/** The smallest hashes of all parts together: as many as there are, or by how close they lie. */
const distinctSql = (name: string): string => {
  const hashes = `array_sort(array_distinct(flatten(array_agg(CAST(json_extract(measures, '$.${name}') AS array(bigint))))))`;
  return `coalesce(IF(cardinality(${hashes}) < ${SKETCH_SIZE}, cardinality(${hashes}), CAST(round(${SKETCH_SIZE - 1} * ${HASH_RANGE}e0 / element_at(${hashes}, ${SKETCH_SIZE})) AS bigint)), 0)`;
};

const namesOf = (window: WindowType): string[] => [
  ...['window_start', ...window.by, ...window.measures.map(({ name }) => name), 'layer', 'dt', 'hr'].map(
    quoted,
  ),
];

const rejectedSql = (window: WindowType, types: Types): string =>
  `SELECT ${namesOf(window).join(', ')}\nFROM (${speedSql(window, types)})`;

/**
 * A window is of batch if its hour is published, and one of these holds: an event of the same hour is built that was
 * received after the window's end; what is built of the hour reaches to the newest event that was counted in the
 * window; it is two hours old. Each hour is published on its own, so one hour's build proves nothing for another. So
 * the newest minutes of the hour that is still filling are of speed. Names with a "_" at their beginning are the
 * query's own: no file can have them.
 */
export const windowViewSql = (window: WindowType, catalog: readonly CatalogColumn[]): string => {
  const types = windowColumns(window.of, catalog);
  // What the collector rejects is in no table that builds write.
  if (window.of === 'rejected') return rejectedSql(window, types);
  const end = `date_add('second', ${window.every}, window_start)`;
  const settled = `window_start < date_add('second', -${SETTLED_SECONDS}, CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp(3)))`;
  return `SELECT ${namesOf(window).join(', ')}
FROM (
SELECT *
  , max(IF(layer = 'batch', "_newest")) OVER (PARTITION BY dt, hr) AS "_built_until"
  , max(IF(layer = 'speed', "_newest")) OVER (PARTITION BY dt, window_start) AS "_counted_until"
  , count_if(layer = 'batch') OVER (PARTITION BY dt, hr) AS "_built"
FROM (
${batchSql(window, types)}
UNION ALL
${speedSql(window, types)}
)
)
WHERE "_counted" > 0
  AND layer = IF("_built" > 0 AND ("_built_until" >= ${end} OR "_built_until" >= "_counted_until" OR ${settled}), 'batch', 'speed')`;
};
