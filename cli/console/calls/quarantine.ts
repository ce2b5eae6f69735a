import { z } from 'zod';
import type { Lakehouse } from '../../../client/lakehouse.ts';
import type { QuarantineRows, RowsWanted } from '../../../console/contract.ts';
import { daysBetween } from '../../quarantine/days.ts';
import { noFix, parseFix } from '../../quarantine/fix.ts';
import { listQuarantine } from '../../quarantine/list.ts';
import { readMarks } from '../../quarantine/marks.ts';
import { replayRows } from '../../quarantine/replay.ts';
import { type RowFilter, readRows } from '../../quarantine/rows.ts';
import type { Call } from '../call.ts';
import { asInvocation } from '../hush.ts';

const SHOWN = 50;

const days = z.object({ from: z.string(), to: z.string() });
const wanted = days.extend({ reason: z.string(), source: z.string().nullable() });

/** What the command says in its document. */
const groups = z.object({
  rows: z.number(),
  replayed: z.number(),
  open: z.number(),
  failedBatches: z.number(),
  groups: z.array(
    z.object({
      day: z.string(),
      reason: z.string(),
      source: z.string().nullable(),
      rows: z.number(),
      replayed: z.number(),
      open: z.number(),
      detail: z.string(),
    }),
  ),
});

export const quarantine: Call<'quarantine'> = {
  input: days,
  run: async ({ access, lakehouse }, { from, to }, about) => {
    const listed = daysBetween(from, to, new Date());
    about.progress({ text: 'Counting what was rejected' });
    const { invocation } = asInvocation(access, about, { options: {}, flags: [] });
    const { document } = await listQuarantine(access, (await lakehouse()).store, listed, invocation);
    return groups.parse(document);
  },
};

const filterOf = ({ from, to, reason, source }: RowsWanted): RowFilter => ({
  days: daysBetween(from, to, new Date()),
  reason,
  source: source ?? undefined,
});

const rowsOf = async (
  { store }: Lakehouse,
  asked: RowsWanted,
  signal: AbortSignal,
): Promise<QuarantineRows> => {
  const filter = filterOf(asked);
  const marks = await readMarks(store, filter.days);
  const shown = new Map<string, QuarantineRows['rows'][number]>();
  for await (const { id, received_at: receivedAt, reason, detail, source, raw } of readRows(store, filter)) {
    signal.throwIfAborted();
    if (shown.has(id) || source !== asked.source) continue;
    if (shown.size === SHOWN) return { rows: [...shown.values()], more: true };
    shown.set(id, { id, receivedAt, reason, detail, source, raw, replayed: marks.get(id)?.outcome ?? null });
  }
  return { rows: [...shown.values()], more: false };
};

export const quarantineRows: Call<'quarantineRows'> = {
  input: wanted,
  run: async ({ lakehouse }, asked, { signal, progress }) => {
    progress({ text: 'Reading the rows' });
    return rowsOf(await lakehouse(), asked, signal);
  },
};

/** Of a dry run what it would send; else what the collector took. */
const replayed = z.union([
  z.object({ dryRun: z.literal(true), send: z.number(), examples: z.array(z.string()) }),
  z.object({ dryRun: z.literal(false), accepted: z.number() }),
]);

export const replay: Call<'replay'> = {
  input: wanted.extend({ dryRun: z.boolean(), fix: z.string(), url: z.string(), key: z.string() }),
  run: async ({ access, lakehouse }, asked, about) => {
    const fix = asked.fix.trim() === '' ? noFix : parseFix(asked.fix, 'The fix');
    const { url, key, dryRun } = asked;
    const { invocation, told } = asInvocation(access, about, {
      options: { url, key },
      flags: dryRun ? ['dry-run'] : [],
    });
    about.progress({ text: 'Looking at the rows as the collector would' });
    const { store } = await lakehouse();
    const outcome = await replayRows(access, store, { filter: filterOf(asked), fix }, invocation);
    const document = replayed.parse(outcome.document);
    return document.dryRun
      ? { dryRun: true, sent: document.send, examples: document.examples, told }
      : { dryRun: false, sent: document.accepted, examples: [], told };
  },
};
