import type { Partition } from '../lake/partition.ts';
import { hoursSql, quotedList } from './hoursSql.ts';

/** What one check of the archive is about. */
export interface ArchiveQuestion {
  /** hours in which the collector received what is asked for; `to` is exclusive */
  from: Partition;
  to: Partition;
  /** where that may lie in the archive and in quarantine */
  arrivals: readonly Partition[];
  /** hours of event_time in which something has landed since */
  landed: readonly Partition[];
  /** there were more of them than a query should read: only events of these are asked for */
  cut: boolean;
}

const field = (path: string): string => `json_extract_scalar(line, '$.${path}')`;

/**
 * Says of what was received in some hours whether the archive and the lake hold the same: events by source and id, and
 * what is not an event by its text, for it has no id. Both sides hold duplicates, so how often it is there does not
 * count. No row: they do. Else one row for each side, which names the first hour and an example.
 *
 * Left out is what has no received_at (it has no hour), records that went to quarantine as a whole, and what was
 * imported, which never was in the stream.
 */
export const archiveCheckSql = ({ from, to, arrivals, landed, cut }: ArchiveQuestion): string => {
  const received = `hour >= '${from}' AND hour < '${to}'`;
  const asked = cut
    ? `${received} AND (event_hour IS NULL OR event_hour IN (${quotedList(landed)}))`
    : received;
  return `WITH archived AS (
  SELECT
    ${field('source')} AS source,
    ${field('event_id')} AS event_id,
    substr(coalesce(${field('received_at')}, ${field('refused.received_at')}), 1, 13) AS hour,
    substr(${field('event_time')}, 1, 13) AS event_hour,
    CASE WHEN ${field('refused.reason')} IS NULL THEN line ELSE ${field('raw')} END AS text
  FROM archive
  WHERE ${hoursSql(arrivals)}
),
landed AS (
  SELECT
    ${field('source')} AS source,
    ${field('event_id')} AS event_id,
    substr(${field('received_at')}, 1, 13) AS hour,
    substr(${field('event_time')}, 1, 13) AS event_hour
  FROM raw_lines
  WHERE ${hoursSql(landed)} AND "$path" NOT LIKE '%/import-%'
),
quarantined AS (
  SELECT
    ${field('reason')} AS reason,
    substr(${field('received_at')}, 1, 13) AS hour,
    ${field('raw')} AS text
  FROM quarantine_lines
  WHERE ${hoursSql(arrivals)} AND "$path" NOT LIKE '%/build-%'
),
not_landed AS (
  SELECT hour, coalesce(event_id, text) AS example
  FROM archived
  WHERE ${asked}
    AND NOT EXISTS (
      SELECT 1 FROM landed
      WHERE landed.source = archived.source AND landed.event_id = archived.event_id
    )
    AND NOT EXISTS (SELECT 1 FROM quarantined WHERE quarantined.text = archived.text)
),
not_archived AS (
  SELECT hour, event_id AS example
  FROM landed
  WHERE ${asked}
    AND NOT EXISTS (
      SELECT 1 FROM archived
      WHERE archived.source = landed.source AND archived.event_id = landed.event_id
    )
  UNION ALL
  SELECT hour, text AS example
  FROM quarantined
  WHERE ${received}
    AND reason <> 'not_ndjson'
    AND NOT EXISTS (SELECT 1 FROM archived WHERE archived.text = quarantined.text)
)
SELECT 'archivedNotLanded' AS missing, count(*) AS lines, min(hour) AS first_hour, min(substr(example, 1, 200)) AS example
FROM not_landed
HAVING count(*) > 0
UNION ALL
SELECT 'landedNotArchived', count(*), min(hour), min(substr(example, 1, 200))
FROM not_archived
HAVING count(*) > 0`;
};
