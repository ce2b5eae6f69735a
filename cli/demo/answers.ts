import type { StageAccess } from '../../client/access.ts';
import { type QueryResult, runQuery } from '../../client/athena.ts';
import { bar, bytes, count } from '../../client/format.ts';
import { martNames } from '../../src/etl/queries.ts';
import type { Screen } from '../screen.ts';

/** Questions worth an answer, in Athena SQL over the tables the run has just made. */
const questions = {
  perHour: `
    SELECT dt || ' ' || hr || 'h' AS hour, count(*) AS events, count(DISTINCT anonymous_id) AS visitors
    FROM events GROUP BY 1 ORDER BY 1`,
  funnel: `
    SELECT count(DISTINCT session_id) FILTER (WHERE event_name = 'page_view') AS visited,
           count(DISTINCT session_id) FILTER (WHERE event_name = 'product_viewed') AS looked,
           count(DISTINCT session_id) FILTER (WHERE event_name = 'product_added') AS added,
           count(DISTINCT session_id) FILTER (WHERE event_name = 'order_completed') AS ordered
    FROM events`,
  products: `
    SELECT product, sum(quantity) AS sold, round(sum(price * quantity), 2) AS revenue
    FROM order_completed
    CROSS JOIN UNNEST(transform(items, i -> i.product_name), transform(items, i -> i.price),
                      transform(items, i -> i.quantity)) AS item (product, price, quantity)
    GROUP BY 1 ORDER BY 3 DESC LIMIT 5`,
  sales: `SELECT dt, sum(orders) AS orders, round(sum(revenue), 2) AS revenue FROM daily_sales GROUP BY 1 ORDER BY 1`,
} as const;

interface MainAnswer {
  sql: string;
  rows: number;
  ms: number;
  bytesScanned: number;
}

/** Asks and shows; returns the figures of the first question. */
export const showAnswers = async (access: StageAccess, screen: Screen): Promise<MainAnswer> => {
  const perHour = await runQuery(access, questions.perHour);
  screen.heading(`Events per hour  (${perHour.ms} ms, ${bytes(perHour.bytesScanned)} scanned)`);
  chart(screen, perHour);
  const funnel = await runQuery(access, questions.funnel);
  screen.heading('Sessions on their way to an order');
  const reached = funnel.rows[0] ?? [];
  chart(screen, { ...funnel, rows: funnel.columns.map((step, i) => [step, reached[i] ?? '0']) });
  for (const [title, sql] of [
    ['Best sellers, out of the items of the orders', questions.products] as const,
    ...(martNames.includes('daily_sales') ? [['Mart daily_sales', questions.sales] as const] : []),
  ]) {
    const { columns, rows } = await runQuery(access, sql);
    screen.heading(title);
    screen.table(
      columns,
      rows.map((row) => row.map((value) => value ?? '')),
    );
  }
  return {
    sql: questions.perHour.replace(/\s+/g, ' ').trim(),
    rows: perHour.rows.length,
    ms: perHour.ms,
    bytesScanned: perHour.bytesScanned,
  };
};

const chart = (screen: Screen, { rows }: Pick<QueryResult, 'rows'>): void => {
  const most = Math.max(...rows.map((row) => Number(row[1])));
  for (const [label, value] of rows)
    screen.say(
      `  ${(label ?? '').padEnd(15)} ${bar(Number(value), most, 40).padEnd(40)} ${count(Number(value))}`,
    );
};
