import type { StageAccess } from '../../client/access.ts';
import { compareWithArchive, waitForArchive } from '../../client/archive.ts';
import { runQuery } from '../../client/athena.ts';
import type { ArchiveDifferences } from '../../src/etl/archiveCheck.ts';
import type { Told } from './told.ts';

/** What the archive of a run holds, beside what the clients were told, and beside what has landed. */
export interface ArchiveComparison extends ArchiveDifferences {
  /** ids that it holds, of events and of what was rejected */
  ids: number;
  /** acknowledged and rejected ids that it lacks */
  missing: string[];
  /** ids that it holds and nobody sent */
  strange: string[];
}

/** Holds the archive against what the clients were told, id by id; undefined where the stage has none. */
export const compareArchive = async (
  access: StageAccess,
  told: Told,
  since: Date,
): Promise<ArchiveComparison | undefined> => {
  if (!(await waitForArchive(access, new AbortController().signal))) return undefined;
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
    // Both ways: an id of the archive that is nowhere in the lake, and the other way round.
    ...(await compareWithArchive(access, since)),
  };
};
