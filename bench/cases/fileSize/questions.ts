/** What analysts ask of a shop's events, one day of it, most of them by hour, event or product. Athena SQL. */
const day = (table: string): string => `FROM ${table} WHERE dt = '2026-11-01'`;

export const questions: readonly { asks: string; sql: string }[] = [
  { asks: 'events by name', sql: `SELECT event_name, count(*) AS n ${day('events')} GROUP BY event_name` },
  {
    asks: 'visitors by hour',
    sql: `SELECT hr, count(DISTINCT anonymous_id) AS n ${day('events')} GROUP BY hr`,
  },
  {
    asks: 'revenue by hour',
    sql: `SELECT hr, sum(revenue) AS revenue ${day('order_completed')} GROUP BY hr`,
  },
  {
    asks: 'products seen most',
    sql: `SELECT product_id, count(*) AS n ${day('product_viewed')} GROUP BY product_id ORDER BY n DESC LIMIT 10`,
  },
  {
    asks: 'pages seen most in one hour',
    sql: `SELECT page_url, count(*) AS n ${day('page_view')} AND hr = '12' GROUP BY page_url ORDER BY n DESC LIMIT 10`,
  },
  {
    asks: 'funnel from look to order',
    sql: `SELECT count(DISTINCT CASE WHEN event_name = 'product_viewed' THEN anonymous_id END) AS viewed,
      count(DISTINCT CASE WHEN event_name = 'order_completed' THEN anonymous_id END) AS ordered ${day('events')}`,
  },
  {
    asks: 'products sold',
    sql: `SELECT item.product_id, sum(item.quantity) AS pieces FROM order_completed CROSS JOIN UNNEST(items) AS t (item)
      WHERE dt = '2026-11-01' GROUP BY item.product_id`,
  },
  {
    asks: 'sign-ups by method',
    sql: `SELECT signup_method, count(*) AS n ${day('user_signed_up')} GROUP BY signup_method`,
  },
  {
    asks: 'where visitors come from',
    sql: `SELECT referrer, count(*) AS n ${day('page_view')} GROUP BY referrer`,
  },
  {
    asks: "one user's events",
    sql: `SELECT event_time, event_name ${day('events')} AND user_id = 'u-42' ORDER BY event_time`,
  },
];
