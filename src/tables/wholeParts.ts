/**
 * The parts of windows that are to be added up. A part that lies within another was counted again by it, after an
 * error: the larger one has it all. `where`: which rows of live_windows. Trino SQL.
 */
export const wholeParts = (where: string): string => `SELECT *
FROM (
SELECT *
  , max(last_sequence) OVER (PARTITION BY dt, window_start, shard ORDER BY first_sequence) AS covered
  , min(first_sequence) OVER (PARTITION BY dt, window_start, shard, last_sequence) AS earliest
FROM live_windows
WHERE ${where}
)
WHERE covered <= last_sequence AND earliest >= first_sequence`;
