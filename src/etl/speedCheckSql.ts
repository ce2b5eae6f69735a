import type { Partition } from '../lake/partition.ts';
import { wholeParts } from '../tables/wholeParts.ts';
import { daysSql, hoursSql, quotedList } from './hoursSql.ts';

/**
 * One row: the hours that are published, what the windows counted in them, what their builds have, and how much of that
 * came after the hour. Of `events` it reads one column of these hours; of `live_windows` their days, whose objects are
 * small.
 */
export const speedCheckSql = (hours: readonly Partition[]): string => `WITH built AS (
  SELECT
    dt || 'T' || hr AS hour,
    count(*) AS built,
    count_if(date_format(received_at, '%Y-%m-%dT%H') > dt || 'T' || hr) AS late
  FROM events
  WHERE ${hoursSql(hours)} AND dt || 'T' || hr IN (${quotedList(hours)})
  GROUP BY 1
),
counted AS (
  SELECT
    date_format(window_start, '%Y-%m-%dT%H') AS hour,
    sum(CAST(json_extract_scalar(measures, '$.events') AS bigint)) AS counted
  FROM (${wholeParts(`${daysSql(hours)} AND window_name = 'all'`)})
  GROUP BY 1
)
SELECT count(*) AS hours, coalesce(sum(counted), 0) AS counted, sum(built) AS built, sum(late) AS late
FROM built LEFT JOIN counted ON counted.hour = built.hour
HAVING count(*) > 0`;
