import { CliError } from '../../client/failure.ts';
import { count, counted } from '../../client/format.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { Invocation, Outcome } from '../command.ts';
import { type Mark, readMarks, writeMarks } from './marks.ts';
import { type RowFilter, readRows, type StoredRow } from './rows.ts';

type DayMark = Mark & { day: string };

const markOf = (copies: readonly StoredRow[], at: Date): DayMark[] =>
  copies.slice(0, 1).map(({ id, reason, source, day }) => ({
    row: id,
    reason,
    source,
    event_id: '',
    outcome: 'dismissed',
    copies: copies.length,
    at: at.toISOString(),
    day,
  }));

/**
 * Notes of rows that nobody will send them: they are no longer open, and no replay looks at them. The rows stay where
 * they are, with their text. Throws CliError when nothing says which rows are meant, or when an id is not among them.
 */
export const dismissQuarantine = async (
  store: ObjectStore,
  filter: RowFilter,
  { screen, flag }: Pick<Invocation, 'screen' | 'flag'>,
  now: Date,
): Promise<Outcome> => {
  const { ids = [], reason, source } = filter;
  if (ids.length === 0 && reason === undefined && source === undefined)
    throw new CliError(
      'quarantine dismiss needs --id, --reason or --source.',
      'headrace quarantine show gives the ids.',
    );
  const [rows, marks] = await Promise.all([
    Array.fromAsync(readRows(store, filter)),
    readMarks(store, filter.days),
  ]);
  const alike = Map.groupBy(rows, ({ id }) => id);
  const missing = ids.filter((id) => !alike.has(id));
  if (missing.length > 0)
    throw new CliError(
      `--id: there is no row ${missing.join(', ')} from ${filter.days[0]} to ${filter.days.at(-1)}.`,
      'Give the days of quarantine with --from and --to.',
    );
  const open = [...alike].filter(([id]) => !marks.has(id)).flatMap(([, copies]) => markOf(copies, now));
  const before = alike.size - open.length;
  if (!flag('dry-run')) await writeMarks(store, open);
  screen.say(
    `${counted(open.length, 'row')} ${flag('dry-run') ? 'would be dismissed' : 'dismissed'}, ${count(before)} dealt with before.`,
  );
  return { ok: true, document: { dryRun: flag('dry-run'), dismissed: open.length, before } };
};
