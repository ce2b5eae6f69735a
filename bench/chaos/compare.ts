import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { martNames } from '../../src/etl/queries.ts';
import type { Told } from './told.ts';

export interface Comparison {
  acknowledged: number;
  refused: number;
  /** acknowledged ids that `events` has */
  curated: number;
  /** rejected ids that `quarantine` has with a reason */
  quarantined: number;
  /** ids the collector never answered for, and how many of them are there all the same */
  unanswered: number;
  unansweredStored: number;
  /** acknowledged ids that are nowhere, and rejected ones without a row in quarantine */
  lost: string[];
  /** ids that are in `events` more than once, or there and in quarantine */
  doubled: string[];
  /** ids in `events` that nobody sent, or that were rejected */
  strange: string[];
  /** marts that were held against `events`: daily_events, where the project has it */
  martsCompared: string[];
  /** days whose mart daily_events counts otherwise than `events` */
  martsOff: string[];
}

/** Compares what the clients were told with what SQL answers, id by id. */
export const compare = async (
  access: StageAccess,
  told: Told,
  marts: readonly string[] = martNames,
): Promise<Comparison> => {
  const martsCompared = marts.filter((mart) => mart === 'daily_events');
  const stored = await storedIds(access);
  const quarantined = await quarantinedIds(access);
  const isLost = (id: string): boolean => !stored.has(id) && !quarantined.has(id);
  const lost = [...told.acknowledged].filter(isLost);
  const unaccounted = [...told.refused].filter((id) => !quarantined.has(id));
  const doubled = [...stored].filter(([id, n]) => n > 1 || quarantined.has(id)).map(([id]) => id);
  const strange = [...stored.keys()].filter((id) => !told.sent.has(id) || told.refused.has(id));
  const unanswered = [...told.sent].filter((id) => !told.acknowledged.has(id) && !told.refused.has(id));
  return {
    acknowledged: told.acknowledged.size,
    refused: told.refused.size,
    curated: [...told.acknowledged].filter((id) => stored.has(id)).length,
    quarantined: [...told.refused].filter((id) => quarantined.has(id)).length,
    unanswered: unanswered.length,
    unansweredStored: unanswered.filter((id) => stored.has(id) || quarantined.has(id)).length,
    lost: [...lost, ...unaccounted],
    doubled,
    strange,
    martsCompared,
    martsOff: martsCompared.length > 0 ? await martsOff(access) : [],
  };
};

const storedIds = async (access: StageAccess): Promise<Map<string, number>> => {
  const { rows } = await runQuery(access, 'SELECT event_id, count(*) FROM events GROUP BY event_id');
  return new Map(rows.map(([id, n]) => [id ?? '', Number(n)]));
};

/** With a reason only: a row without one says nothing. A batch that landed twice may have left a row twice. */
const quarantinedIds = async (access: StageAccess): Promise<Set<string>> => {
  const { rows } = await runQuery(
    access,
    `SELECT DISTINCT coalesce(json_extract_scalar(raw, '$.event_id'), json_extract_scalar(raw, '$.messageId'))
     FROM quarantine WHERE reason <> '' AND dt <> ''`,
  );
  return new Set(rows.map(([id]) => id ?? ''));
};

/** A mart that was unloaded twice, or not again, shows here. */
const martsOff = async (access: StageAccess): Promise<string[]> => {
  const { rows } = await runQuery(
    access,
    `SELECT coalesce(e.dt, m.dt), e.n, m.n
     FROM (SELECT dt, count(*) AS n FROM events GROUP BY dt) e
     FULL JOIN (SELECT dt, sum(events) AS n FROM daily_events GROUP BY dt) m ON e.dt = m.dt
     WHERE e.n IS DISTINCT FROM m.n`,
  );
  return rows.map(([dt, events, mart]) => `${dt}: events ${events}, daily_events ${mart}`);
};
