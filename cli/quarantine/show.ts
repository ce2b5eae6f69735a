import { CliError } from '../../client/failure.ts';
import { count } from '../../client/format.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { Invocation, Outcome } from '../command.ts';
import { csv } from '../csv.ts';
import { readMarks } from './marks.ts';
import { type RowFilter, readRows, type StoredRow } from './rows.ts';

const DEFAULT_LIMIT = 50;

const columns = ['received_at', 'source', 'reason', 'detail', 'replayed', 'raw', 'sequence', 'id'] as const;

type Shown = Omit<StoredRow, 'day'> & { replayed: string | null };

const limitOf = (text: string | undefined): number => {
  const limit = text === undefined ? DEFAULT_LIMIT : Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new CliError(`--limit: "${text}" is not a number of rows.`, '--limit takes a whole number above 0.');
};

/** The rows themselves, each once, read from their objects until the limit is reached. */
export const showQuarantine = async (
  store: ObjectStore,
  filter: RowFilter,
  invocation: Invocation,
): Promise<Outcome> => {
  const limit = limitOf(invocation.option('limit'));
  const marks = await readMarks(store, filter.days);
  const shown = new Map<string, Shown>();
  let more = false;
  for await (const { day: _day, ...row } of readRows(store, filter)) {
    invocation.signal.throwIfAborted();
    if (shown.has(row.id)) continue;
    more = shown.size === limit;
    if (more) break;
    shown.set(row.id, { ...row, replayed: marks.get(row.id)?.outcome ?? null });
  }
  const rows = [...shown.values()];
  if (invocation.flag('csv'))
    process.stdout.write(
      csv(
        columns,
        rows.map((row) => columns.map((column) => row[column])),
      ),
    );
  else if (!invocation.json) write(rows, more, invocation);
  return { ok: true, document: { rows, more } };
};

const write = (rows: readonly Shown[], more: boolean, { screen }: Invocation): void => {
  for (const row of rows) {
    const replayed = row.replayed === null ? '' : ` (replayed: ${row.replayed})`;
    screen.heading(`${row.received_at}  ${row.source ?? '–'}  ${row.reason}${replayed}`);
    screen.say(row.detail);
    screen.say(row.raw);
  }
  screen.say(`\n${count(rows.length)} rows${more ? '; there are more: --limit N' : ''}`);
};
