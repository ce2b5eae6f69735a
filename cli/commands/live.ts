import { setTimeout as sleep } from 'node:timers/promises';
import type { StageAccess } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import { openLake } from '../../client/lake.ts';
import { listTables } from '../../client/tableMetadata.ts';
import { countsOfWhole, wholeParts } from '../../client/windows/parts.ts';
import { RecentParts } from '../../client/windows/recent.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';
import { liveWindowsTable } from '../../src/tables/tables.ts';
import type { Command, Invocation } from '../command.ts';
import { lineOf, News, textOf } from '../live/show.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace live [WINDOW …] [--last MINUTES] [--once]

Shows what the windows of queries/windows/ count, as it comes: the last minutes first, then each window when it ends, until
Ctrl-C. All windows, or those that are named. A window of several shards is told again when another shard's part of it
comes. What was told is approximate: by arrival, duplicates not removed; the views have the exact counts of hours that are
built: headrace query "SELECT * FROM minutes".

  --last MINUTES   how far back to begin (default 10, at most 1440)
  --once           show what is there, and end
  --json           one line of JSON for each window and group, as it comes

On AWS it lists the lake every five seconds: with the default --last less than a cent an hour, and some nine cents with
--last 1440. docs/guides/windows.md`;

/** Between two listings: parts come once a window. */
const PAUSE_MS = 5_000;
const MINUTE_MS = 60_000;

export const live: Command = {
  name: 'live',
  usage,
  options: { last: { type: 'string', default: '10' }, once: { type: 'boolean' } },
  run: async (invocation) => {
    const windows = wanted(invocation.positionals);
    const lastMs = wholeNumber(invocation, 'last', 1, 1_440) * MINUTE_MS;
    await withStage(invocation, async (access) => {
      await mustCount(access);
      await follow(windows, lastMs, new RecentParts(await openLake(access)), invocation);
    });
    return { ok: true, document: undefined };
  },
};

/** The table is there as long as the stage counts. */
const mustCount = async (access: StageAccess): Promise<void> => {
  const tables = await listTables(access);
  if (!tables.some(({ name }) => name === liveWindowsTable.name))
    throw new CliError(
      `The stage ${access.stage} counts no windows.`,
      "Set the param windows: 'on', and deploy or start headrace up anew.",
    );
};

const wanted = (names: readonly string[]): readonly WindowType[] => {
  const known = knownWindows.map(({ name }) => name);
  if (known.length === 0)
    throw new CliError('The project has no windows.', 'headrace new window NAME writes one with an example.');
  for (const name of names)
    if (!known.includes(name))
      throw new CliError(`"${name}" is not a window.`, `There are: ${known.join(', ')}`);
  return names.length === 0 ? knownWindows : knownWindows.filter(({ name }) => names.includes(name));
};

const follow = async (
  windows: readonly WindowType[],
  lastMs: number,
  parts: RecentParts,
  { json, screen, signal, flag }: Invocation,
): Promise<void> => {
  const news = new News();
  const show = async (): Promise<void> => {
    const from = new Date(Date.now() - lastMs);
    const rows = wholeParts(await parts.rows(from, new Date()));
    const lines = windows.flatMap((window) =>
      countsOfWhole(window, rows)
        .filter(({ start }) => start.getTime() + window.every * 1_000 > from.getTime())
        .map((count) => lineOf(window, count)),
    );
    for (const line of news.take(lines)) {
      if (json) process.stdout.write(`${JSON.stringify(line)}\n`);
      else screen.say(textOf(line));
    }
  };
  await show();
  while (!flag('once') && !signal.aborted) {
    // Ctrl-C ends it: that is no failure.
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await show();
  }
};
