import publishedHours from '../../queries/checks/publishedHours.sql';
import dailyEvents from '../../queries/marts/daily_events.sql';
import dailyProducts from '../../queries/marts/daily_products.sql';
import dailySales from '../../queries/marts/daily_sales.sql';
import eventIdInTwoHours from '../../queries/warnings/eventIdInTwoHours.sql';
import namesWithIds from '../../queries/warnings/namesWithIds.sql';
import type { Queries } from './tallying.ts';

/** The queries of a run, bundled as text. A test says which file of queries/ is not listed here. */
export const queries: Queries = {
  checks: [{ name: 'publishedHours', sql: publishedHours }],
  warnings: [
    { name: 'eventIdInTwoHours', sql: eventIdInTwoHours },
    { name: 'namesWithIds', sql: namesWithIds },
  ],
  marts: [
    { name: 'daily_events', sql: dailyEvents },
    { name: 'daily_products', sql: dailyProducts },
    { name: 'daily_sales', sql: dailySales },
  ],
};

export const martNames = queries.marts.map(({ name }) => name);
