import { metricOf } from './metrics.ts';
import { has, type KitTable } from './tables.ts';

/**
 * What is shown, whatever shows it: a question to one table, and how its answer looks. A chart of which the project does not
 * have the table or a column is left out.
 */
export interface Chart {
  name: string;
  table: string;
  look: 'number' | 'line' | 'bar' | 'pie' | 'table';
  /** first the axis */
  by: readonly string[];
  metrics: readonly string[];
  /** the columns of rows that are shown as they are */
  rows?: readonly string[];
  /** what tells the days; it is text, `2026-11-01` */
  day?: string;
  limit?: number;
}

export interface Section {
  title: string;
  charts: readonly Chart[];
}

/** A chart of a range of days. */
const ofDays = (
  look: Chart['look'],
  name: string,
  table: string,
  by: readonly string[],
  metrics: readonly string[],
  more: Pick<Chart, 'limit'> = {},
): Chart => ({ name, table, look, by, metrics, day: 'dt', ...more });

const shop: readonly Section[] = [
  {
    title: 'Live: counted as events come',
    charts: [
      ofDays('line', 'Orders a minute', 'order_minutes', ['window_start'], ['orders', 'revenue']),
      ofDays('line', 'Events a minute', 'minutes', ['window_start', 'event_name'], ['events']),
    ],
  },
  {
    title: 'History: the built days',
    charts: [
      ofDays('number', 'Orders', 'daily_sales', [], ['orders']),
      ofDays('number', 'Revenue', 'daily_sales', [], ['revenue']),
      ofDays('number', 'Visitors', 'daily_visitors', [], ['visitors']),
      ofDays('number', 'Sessions', 'sessions', [], ['sessions']),
      ofDays('bar', 'Revenue by day and currency', 'daily_sales', ['dt', 'currency'], ['revenue']),
      ofDays('line', 'Daily active users', 'daily_active_users', ['dt'], ['visitors', 'users']),
      ofDays('bar', 'Sessions by day', 'sessions', ['dt', 'source'], ['sessions']),
      ofDays('bar', 'Funnel', 'funnel', ['dt'], ['visited', 'viewed', 'added', 'ordered']),
      ofDays(
        'table',
        'Revenue by product',
        'daily_products',
        ['product_name', 'category'],
        ['revenue', 'quantity'],
        { limit: 50 },
      ),
      {
        name: 'First touch',
        table: 'first_touch',
        look: 'pie',
        by: ['first_referrer'],
        metrics: ['visitors'],
        day: 'first_day',
        limit: 20,
      },
      {
        name: 'Weekly retention',
        table: 'weekly_retention',
        look: 'table',
        by: [],
        metrics: [],
        rows: ['cohort_week', 'weeks_later', 'visitors', 'cohort_visitors', 'retention'],
      },
    ],
  },
];

const operations: readonly Section[] = [
  {
    title: 'Balance and freshness',
    charts: [
      ofDays(
        'table',
        'Landed and built',
        'landed_and_built',
        ['dt', 'hr'],
        ['landed', 'built', 'landed_more'],
        { limit: 200 },
      ),
      ofDays(
        'table',
        'Newest event of each source',
        'events',
        ['source'],
        ['newest_received', 'newest_event'],
      ),
      ofDays('bar', 'Up to now: built and landed since', 'events_now', ['dt', 'layer'], ['events']),
    ],
  },
  {
    title: 'Quarantine',
    charts: [
      ofDays('bar', 'Rejected by reason', 'quarantine', ['dt', 'reason'], ['row_count']),
      ofDays('table', 'Rejected: what exactly', 'quarantine', ['reason', 'detail', 'source'], ['row_count'], {
        limit: 100,
      }),
      ofDays(
        'table',
        'Contradicting their type',
        'daily_events',
        ['event_name', 'source'],
        ['schema_errors', 'events'],
        { limit: 100 },
      ),
    ],
  },
];

/** Of a mart or view that no chart above shows: its sums by day. */
const byItself = ({ name, sums }: KitTable): Chart => ofDays('line', name, name, ['dt'], sums.slice(0, 4));

const possible = (tables: readonly KitTable[], { table: name, by, rows = [], metrics }: Chart): boolean => {
  const table = tables.find((one) => one.name === name);
  if (table === undefined) return false;
  return has(table, ...by, ...rows) && metrics.every((one) => metricOf(table, one) !== undefined);
};

export interface Board {
  title: string;
  slug: string;
  sections: readonly Section[];
}

const boardOf = (
  tables: readonly KitTable[],
  title: string,
  slug: string,
  sections: readonly Section[],
): Board => ({
  title,
  slug,
  sections: sections
    .map((section) => ({ ...section, charts: section.charts.filter((chart) => possible(tables, chart)) }))
    .filter(({ charts }) => charts.length > 0),
});

/** `project` is what the first one is called: the shop, or the user's own. */
export const boardsOf = (tables: readonly KitTable[], project: string): Board[] => {
  const shown = new Set(shop.flatMap(({ charts }) => charts.map(({ table }) => table)));
  const others = tables.filter(
    (table) =>
      !shown.has(table.name) &&
      (table.what === 'mart' || table.what === 'view' || table.what === 'window') &&
      has(table, 'dt') &&
      table.sums.length > 0,
  );
  const rest = { title: 'Others', charts: others.map(byItself) };
  return [
    boardOf(tables, `Headrace: ${project}`, `headrace-${project}`, [...shop, rest]),
    boardOf(tables, 'Headrace: operations', 'headrace-operations', operations),
  ];
};

export const chartsOf = (boards: readonly Board[]): Chart[] =>
  boards.flatMap(({ sections }) => sections.flatMap(({ charts }) => charts));

/** Each chart with the table that it asks. */
export const withTables = (
  charts: readonly Chart[],
  tables: readonly KitTable[],
): { chart: Chart; table: KitTable }[] => {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return charts.flatMap((chart) => {
    const table = byName.get(chart.table);
    return table === undefined ? [] : [{ chart, table }];
  });
};
