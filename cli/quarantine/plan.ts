import type { Fix } from './fix.ts';
import { judge } from './judge.ts';
import type { Mark, Marks } from './marks.ts';
import type { StoredRow } from './rows.ts';

/** A row and what would be sent for it. */
export interface Candidate {
  row: StoredRow;
  copies: number;
  line: string;
  eventId: string;
  /** of the event's time */
  day: string;
}

export interface Plan {
  /** different rows, copies not counted */
  rows: number;
  /** replayed by an earlier run */
  before: number;
  /** of a source that no key is at hand for */
  otherSource: number;
  /** rows whose event another row of this run, or an earlier run, has sent */
  sameEvent: Candidate[];
  send: Candidate[];
  /** rows that stay as they are, by why */
  staying: Record<string, { rows: number; detail: string; example: string }>;
}

/** An id is unique within its source only: "1" of the shop and "1" of the app are two events. */
export const eventKey = (source: string | null, eventId: string): string => JSON.stringify([source, eventId]);

export const keyOf = ({ row, eventId }: Candidate): string => eventKey(row.source, eventId);

/** Outcomes after which an event of the row's id is in the stream or in the table. */
const isThere = new Set<Mark['outcome']>(['accepted', 'curated']);

const EXAMPLE_CHARACTERS = 200;

const stayed = (plan: Plan, row: StoredRow, why: string, detail: string): void => {
  const so = plan.staying[why] ?? { rows: 0, detail, example: row.raw.slice(0, EXAMPLE_CHARACTERS) };
  plan.staying[why] = { ...so, rows: so.rows + 1 };
};

/**
 * Decides for each row what to do about it. Of several rows of one event (a client that tried again) the first in the
 * order of being received is sent. Pure.
 */
export const planReplay = (
  rows: readonly StoredRow[],
  marks: Marks,
  { fix, source }: { fix: Fix; source?: string | undefined },
): Plan => {
  const plan: Plan = { rows: 0, before: 0, otherSource: 0, sameEvent: [], send: [], staying: {} };
  const events = new Set(
    [...marks.values()]
      .filter(({ outcome }) => isThere.has(outcome))
      .map((mark) => eventKey(mark.source, mark.event_id)),
  );
  const alike = Map.groupBy(rows, (row) => row.id);
  const firstOfEach = [...alike.values()].flatMap((copies) => copies.slice(0, 1));
  for (const row of firstOfEach.sort((a, b) => a.received_at.localeCompare(b.received_at))) {
    plan.rows += 1;
    if (marks.has(row.id)) plan.before += 1;
    else if (source !== undefined && row.source !== null && row.source !== source) plan.otherSource += 1;
    else {
      const judgement = judge(row, fix);
      if (!judgement.send) {
        stayed(plan, row, judgement.why, judgement.detail);
        continue;
      }
      const { line, eventId, day } = judgement;
      const candidate = { row, copies: alike.get(row.id)?.length ?? 1, line, eventId, day };
      const key = keyOf(candidate);
      (events.has(key) ? plan.sameEvent : plan.send).push(candidate);
      events.add(key);
    }
  }
  return plan;
};

export const markOf = (
  { row, copies, eventId }: Candidate,
  outcome: Mark['outcome'],
  at: Date,
): Mark & { day: string } => ({
  row: row.id,
  reason: row.reason,
  source: row.source,
  event_id: eventId,
  outcome,
  copies,
  at: at.toISOString(),
  day: row.day,
});
