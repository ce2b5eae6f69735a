import type { Chart } from './charts.ts';
import { metricOf } from './metrics.ts';
import type { KitTable } from './tables.ts';

/** Days from the first to the last, both of them. */
export interface Days {
  first: string;
  last: string;
}

/** Where a table's rows come from: its name, or the query that it stands for. */
const source = ({ name, sql }: KitTable): string => (sql === undefined ? name : `(\n${sql}\n) AS ${name}`);

const listed = (chart: Chart, table: KitTable): string[] =>
  chart.rows === undefined
    ? [...chart.by, ...chart.metrics.map((name) => `${metricOf(table, name)?.sql ?? name} AS ${name}`)]
    : [...chart.rows];

/** Trino SQL of a chart. Its days are a condition on `dt`: without one, everything is read. */
export const chartSql = (chart: Chart, table: KitTable, { first, last }: Days): string =>
  [
    `SELECT ${listed(chart, table).join(', ')}`,
    `FROM ${source(table)}`,
    ...(chart.day === undefined ? [] : [`WHERE ${chart.day} >= '${first}' AND ${chart.day} <= '${last}'`]),
    ...(chart.rows === undefined && chart.by.length > 0 ? [`GROUP BY ${chart.by.join(', ')}`] : []),
  ].join('\n');
