import { has, type KitTable } from './tables.ts';

/** A figure of a table: an expression over the rows that were asked for. */
export interface Metric {
  name: string;
  label: string;
  sql: string;
}

export const label = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

const metric = (name: string, sql: string): Metric => ({ name, label: label(name), sql });

/** What a row of a table is counted as: visits of sessions, else rows. */
const counted = ({ name, what }: KitTable): string => {
  if (name === 'sessions') return 'sessions';
  return what === 'events' || what === 'event type' ? 'events' : 'row_count';
};

/** Each order once, as the marts count it. */
const ORDERS = "count(DISTINCT concat(source, ' ', coalesce(order_id, event_id)))";

/** First those that follow from the table's own columns. */
const all = (table: KitTable): Metric[] => [
  ...table.sums.map((name) => metric(name, `sum(${name})`)),
  ...table.distinct.map((name) => ({
    ...metric(name, `max(${name})`),
    label: `${label(name)} (largest row)`,
  })),
  metric(counted(table), 'count(*)'),
  ...(has(table, 'visitor') ? [metric('visitors', 'count(DISTINCT visitor)')] : []),
  ...(has(table, 'user_id', 'anonymous_id')
    ? [metric('visitors', 'count(DISTINCT coalesce(user_id, anonymous_id))')]
    : []),
  ...(table.name === 'order_completed' && has(table, 'order_id') ? [metric('orders', ORDERS)] : []),
  ...(table.what === 'events'
    ? [
        metric('newest_received', 'max(received_at)'),
        metric('newest_event', 'max(event_time)'),
        metric('schema_errors', 'count(schema_errors)'),
      ]
    : []),
];

export const metricsOf = (table: KitTable): Metric[] =>
  [
    // The first of a name is the one: sessions has a column of events, so its rows are not called so.
    ...new Map(
      all(table)
        .reverse()
        .map((one) => [one.name, one]),
    ).values(),
  ].reverse();

export const metricOf = (table: KitTable, name: string): Metric | undefined =>
  metricsOf(table).find((one) => one.name === name);
