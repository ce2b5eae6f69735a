import type { StageAccess } from '../../client/access.ts';
import { compareWithArchive, waitForArchive } from '../../client/archive.ts';
import { runQuery } from '../../client/athena.ts';
import { count } from '../../client/format.ts';
import type { BalanceLine } from './balance.ts';

/** The archive beside raw and quarantine, by id. */
interface Archived {
  /** lines that it holds: events, and what was rejected */
  lines: number;
  /** ids of the archive that are neither in raw nor in quarantine */
  notLanded: number;
  /** ids of raw and quarantine that are not in the archive */
  missing: number;
}

/** Undefined where the stage has no archive. */
export const readArchive = async (
  access: StageAccess,
  since: Date,
  signal: AbortSignal,
): Promise<Archived | undefined> => {
  if (!(await waitForArchive(access, signal))) return undefined;
  const { rows } = await runQuery(access, "SELECT count(*) FROM archive WHERE dt <> ''");
  const { archivedNotLanded, landedNotArchived } = await compareWithArchive(access, since);
  return { lines: Number(rows[0]?.[0]), notLanded: archivedNotLanded, missing: landedNotArchived };
};

export const archiveLines = (archived: Archived | undefined): BalanceLine[] =>
  archived === undefined
    ? []
    : [
        {
          rule: `${count(archived.lines)} lines in the archive: ${count(archived.notLanded)} ids of it neither in raw nor in quarantine, ${count(archived.missing)} ids of these not in it`,
          holds: archived.lines > 0 && archived.notLanded === 0 && archived.missing === 0,
        },
      ];
