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

const shop: readonly Section[] = [
  {
    title: 'Live: counted as events come',
    charts: [
      {
        name: 'Orders a minute',
        table: 'order_minutes',
        look: 'line',
        by: ['window_start'],
        metrics: ['orders', 'revenue'],
        day: 'dt',
      },
      {
        name: 'Events a minute',
        table: 'minutes',
        look: 'line',
        by: ['window_start', 'event_name'],
        metrics: ['events'],
        day: 'dt',
      },
    ],
  },
  {
    title: 'History: the built days',
    charts: [
      { name: 'Orders', table: 'daily_sales', look: 'number', by: [], metrics: ['orders'], day: 'dt' },
      { name: 'Revenue', table: 'daily_sales', look: 'number', by: [], metrics: ['revenue'], day: 'dt' },
      { name: 'Visitors', table: 'daily_visitors', look: 'number', by: [], metrics: ['visitors'], day: 'dt' },
      { name: 'Sessions', table: 'sessions', look: 'number', by: [], metrics: ['sessions'], day: 'dt' },
      {
        name: 'Revenue by day and currency',
        table: 'daily_sales',
        look: 'bar',
        by: ['dt', 'currency'],
        metrics: ['revenue'],
        day: 'dt',
      },
      {
        name: 'Daily active users',
        table: 'daily_active_users',
        look: 'line',
        by: ['dt'],
        metrics: ['visitors', 'users'],
        day: 'dt',
      },
      {
        name: 'Sessions by day',
        table: 'sessions',
        look: 'bar',
        by: ['dt', 'source'],
        metrics: ['sessions'],
        day: 'dt',
      },
      {
        name: 'Funnel',
        table: 'funnel',
        look: 'bar',
        by: ['dt'],
        metrics: ['visited', 'viewed', 'added', 'ordered'],
        day: 'dt',
      },
      {
        name: 'Revenue by product',
        table: 'daily_products',
        look: 'table',
        by: ['product_name', 'category'],
        metrics: ['revenue', 'quantity'],
        day: 'dt',
        limit: 50,
      },
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
      {
        name: 'Landed and built',
        table: 'landed_and_built',
        look: 'table',
        by: ['dt', 'hr'],
        metrics: ['landed', 'built', 'landed_more'],
        day: 'dt',
        limit: 200,
      },
      {
        name: 'Newest event of each source',
        table: 'events',
        look: 'table',
        by: ['source'],
        metrics: ['newest_received', 'newest_event'],
        day: 'dt',
      },
      {
        name: 'Up to now: built and landed since',
        table: 'events_now',
        look: 'bar',
        by: ['dt', 'layer'],
        metrics: ['events'],
        day: 'dt',
      },
    ],
  },
  {
    title: 'Quarantine',
    charts: [
      {
        name: 'Rejected by reason',
        table: 'quarantine',
        look: 'bar',
        by: ['dt', 'reason'],
        metrics: ['row_count'],
        day: 'dt',
      },
      {
        name: 'Rejected: what exactly',
        table: 'quarantine',
        look: 'table',
        by: ['reason', 'detail', 'source'],
        metrics: ['row_count'],
        day: 'dt',
        limit: 100,
      },
      {
        name: 'Contradicting their type',
        table: 'daily_events',
        look: 'table',
        by: ['event_name', 'source'],
        metrics: ['schema_errors', 'events'],
        day: 'dt',
        limit: 100,
      },
    ],
  },
];

/** Of a mart or view that no chart above shows: its sums by day. */
const byItself = ({ name, sums }: KitTable): Chart => ({
  name,
  table: name,
  look: 'line',
  by: ['dt'],
  metrics: sums.slice(0, 4),
  day: 'dt',
});

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
