import type { StageAccess } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { count, counted } from '../../client/format.ts';
import { openFailedBatches } from '../../client/lake.ts';
import { FAILED_BATCHES } from '../../src/lake/layout.ts';
import type { ObjectStore, StoredObject } from '../../src/ports/lake.ts';
import type { Outcome } from '../command.ts';
import type { Screen } from '../screen.ts';

import { type Marks, readMarks } from './marks.ts';

const EXAMPLE_CHARACTERS = 500;
const SHOWN_CHARACTERS = 60;

export const listSql = (days: readonly string[]): string => `SELECT dt, reason, source, count(*) AS lines,
  min_by(detail, received_at) AS detail, min_by(substr(raw, 1, ${EXAMPLE_CHARACTERS}), received_at) AS example
FROM quarantine
WHERE dt BETWEEN '${days[0]}' AND '${days.at(-1)}'
GROUP BY dt, reason, source
ORDER BY dt, lines DESC, reason, source`;

interface Group {
  day: string;
  reason: string;
  source: string | null;
  rows: number;
  /** of these, rows that a replay has dealt with */
  replayed: number;
  open: number;
  detail: string;
  example: string;
}

/** The query's rows with how many of each have been replayed. */
export const groupsOf = (rows: readonly (string | null)[][], marks: Marks): Group[] => {
  const replayed = Map.groupBy(marks.values(), (one) => JSON.stringify([one.day, one.reason, one.source]));
  return rows.map(([day = '', reason = '', source = null, lines, detail, example]) => {
    const dealtWith = replayed.get(JSON.stringify([day, reason, source])) ?? [];
    const total = Number(lines);
    const done = Math.min(
      total,
      dealtWith.reduce((sum, one) => sum + one.copies, 0),
    );
    return {
      day: day ?? '',
      reason: reason ?? '',
      source,
      rows: total,
      replayed: done,
      open: total - done,
      detail: detail ?? '',
      example: example ?? '',
    };
  });
};

const sum = (groups: readonly Group[], key: 'rows' | 'replayed' | 'open'): number =>
  groups.reduce((total, group) => total + group[key], 0);

const failedBatchesOf = async (access: StageAccess): Promise<StoredObject[]> => {
  const stores = await openFailedBatches(access);
  return (await Promise.all(stores.map((each) => each.list(FAILED_BATCHES)))).flat();
};

export const listQuarantine = async (
  access: StageAccess,
  store: ObjectStore,
  days: readonly string[],
  { screen, signal }: { screen: Screen; signal: AbortSignal },
): Promise<Outcome> => {
  const [{ rows }, marks, failed] = await Promise.all([
    runQuery(access, listSql(days), signal),
    readMarks(store, days),
    failedBatchesOf(access),
  ]);
  const groups = groupsOf(rows, marks);
  const totals = {
    rows: sum(groups, 'rows'),
    replayed: sum(groups, 'replayed'),
    open: sum(groups, 'open'),
  };
  show(screen, groups);
  screen.say(
    `${counted(totals.rows, 'row')} of ${days[0]} to ${days.at(-1)}, ${count(totals.replayed)} of them replayed, ${count(totals.open)} open.`,
  );
  if (failed.length > 0)
    screen.warn(
      `${counted(failed.length, 'batch', 'batches')} could not be landed. Run: headrace quarantine replay --failed-batches`,
    );
  const document = { days, ...totals, failedBatches: failed.length, groups };
  return { ok: true, document };
};

const show = (screen: Screen, groups: readonly Group[]): void => {
  if (groups.length === 0) return;
  screen.table(
    ['day', 'reason', 'source', 'rows', 'replayed', 'open', 'an example'],
    groups.map((group) => [
      group.day,
      group.reason,
      group.source ?? '–',
      count(group.rows),
      count(group.replayed),
      count(group.open),
      group.example.slice(0, SHOWN_CHARACTERS),
    ]),
  );
};
