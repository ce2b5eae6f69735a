import { z } from 'zod';
import type { StageAccess } from '../../../client/access.ts';
import { CliError } from '../../../client/failure.ts';
import { listTables } from '../../../client/tableMetadata.ts';
import { countsOfWhole, wholeParts } from '../../../client/windows/parts.ts';
import { knownWindows } from '../../../src/events/windows/registry.ts';
import { liveWindowsTable } from '../../../src/tables/tables.ts';
import type { Call } from '../call.ts';

const MINUTE_MS = 60_000;
const MOST_MINUTES = 1_440;

/** The table is there as long as the stage counts. Looked at only where nothing was counted. */
const mustCount = async (access: StageAccess): Promise<void> => {
  const tables = await listTables(access);
  if (tables.some(({ name }) => name === liveWindowsTable.name)) return;
  throw new CliError(
    `The stage ${access.stage} counts no windows.`,
    "Set the param windows: 'on', and deploy or start headrace up anew.",
  );
};

/** What the windows have counted of the last minutes. */
export const live: Call<'live'> = {
  input: z.object({ minutes: z.number().int().min(1).max(MOST_MINUTES) }),
  run: async ({ access, parts }, { minutes }) => {
    if (knownWindows.length === 0)
      throw new CliError(
        'The project has no windows.',
        'headrace new window NAME writes one with an example.',
      );
    const to = new Date();
    const from = new Date(to.getTime() - minutes * MINUTE_MS);
    const recent = await parts();
    const rows = wholeParts(await recent.rows(from, to));
    if (rows.length === 0) await mustCount(access);
    const windows = knownWindows.map((window) => ({
      name: window.name,
      seconds: window.every,
      measures: window.measures.map(({ name }) => name),
      rows: countsOfWhole(window, rows)
        .filter(({ start }) => start.getTime() + window.every * 1_000 > from.getTime())
        .map(({ start, group, measures }) => ({ start: start.toISOString(), group, measures })),
    }));
    return { windows };
  },
};
