import { z } from 'zod';
import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { waitForDeliveries } from '../../client/landing.ts';
import type { Told } from './told.ts';

/** What the archive of a run holds, beside what the clients were told. */
export interface ArchiveComparison {
  /** ids that it holds, of events and of what was rejected */
  ids: number;
  /** acknowledged and rejected ids that it lacks */
  missing: string[];
  /** ids that it holds and nobody sent */
  strange: string[];
}

const deliveries = z.object({ deliveries: z.array(z.object({ idle: z.boolean() })) });

/** Waits until all that is in the stream is delivered; says whether the stage has an archive at all. */
const delivered = async (access: StageAccess): Promise<boolean> => {
  const stage = { endpoint: access.local?.endpoint ?? '' };
  const answer = await waitForDeliveries(stage, new AbortController().signal);
  return deliveries.parse(JSON.parse(answer)).deliveries.length > 0;
};

/** Holds the archive against what the clients were told, id by id; undefined where the stage has none. */
export const compareArchive = async (
  access: StageAccess,
  told: Told,
): Promise<ArchiveComparison | undefined> => {
  if (!(await delivered(access))) return undefined;
  const { rows } = await runQuery(
    access,
    `SELECT DISTINCT coalesce(
       json_extract_scalar(line, '$.event_id'),
       json_extract_scalar(json_extract_scalar(line, '$.raw'), '$.event_id'),
       json_extract_scalar(json_extract_scalar(line, '$.raw'), '$.messageId'))
     FROM archive WHERE dt <> ''`,
  );
  const archived = new Set(rows.map(([id]) => id ?? ''));
  return {
    ids: archived.size,
    missing: [...told.acknowledged, ...told.refused].filter((id) => !archived.has(id)),
    strange: [...archived].filter((id) => !told.sent.has(id)),
  };
};
