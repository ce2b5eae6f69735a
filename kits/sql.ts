import type { Chart } from './charts.ts';
import { metricOf } from './metrics.ts';
import type { KitTable } from './tables.ts';

/** A condition on the column that tells the days. Without one, everything is read. */
export type Days = (column: string) => string;

/** From the first to the last day, both of them. */
export const fromTo =
  (first: string, last: string): Days =>
  (column) =>
    `${column} >= '${first}' AND ${column} <= '${last}'`;

/** Today and the days before it: `6`, or what a tool puts in the place of a number. UTC, as Athena's clock. */
export const daysBack =
  (days: string): Days =>
  (column) =>
    `${column} >= date_format(current_date - INTERVAL '${days}' DAY, '%Y-%m-%d')`;

export const lastWeek = daysBack('6');

/** Where a table's rows come from: its name, or the query that it stands for. */
const source = ({ name, sql }: KitTable): string => (sql === undefined ? name : `(\n${sql}\n) AS ${name}`);

const listed = (chart: Chart, table: KitTable): string[] =>
  chart.rows === undefined
    ? [...chart.by, ...chart.metrics.map((name) => `${metricOf(table, name)?.sql ?? name} AS ${name}`)]
    : [...chart.rows];

/** Trino SQL of a chart. */
export const chartSql = (chart: Chart, table: KitTable, days: Days): string =>
  [
    `SELECT ${listed(chart, table).join(', ')}`,
    `FROM ${source(table)}`,
    ...(chart.day === undefined ? [] : [`WHERE ${days(chart.day)}`]),
    ...(chart.rows === undefined && chart.by.length > 0 ? [`GROUP BY ${chart.by.join(', ')}`] : []),
  ].join('\n');

const order = ({ look, by, metrics, rows }: Chart): string[] => {
  if (rows !== undefined) return rows.slice(0, 2);
  if (by.length === 0) return [];
  const [first] = metrics;
  return look === 'line' || look === 'bar' || first === undefined ? [...by] : [`${first} DESC`, ...by];
};

/** As much as a note or a sheet shows without a pause. */
const ROWS = 1000;

/** The same for a tool that shows rows as they come: along the axis, or the largest first. */
export const orderedSql = (chart: Chart, table: KitTable, days: Days): string => {
  const columns = order(chart);
  return [
    chartSql(chart, table, days),
    ...(columns.length > 0 ? [`ORDER BY ${columns.join(', ')}`, `LIMIT ${chart.limit ?? ROWS}`] : []),
  ].join('\n');
};
