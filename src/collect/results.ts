import type { CollectedLine, Rejection } from './line.ts';

/** What became of one event: taken for good, rejected for good, or not taken and to be sent again. */
export type EventResult =
  | { status: 202; eventId: string }
  | ({ status: 422 } & Rejection)
  | { status: 503; eventId: string | undefined };

/**
 * A rejected event that the stream did not take is to be sent again too: it would else never reach quarantine.
 * Its second try is rejected with the reason.
 */
export const resultOf = (line: CollectedLine, taken: boolean): EventResult => {
  if ('refused' in line)
    return taken ? { status: 422, ...line.refused } : { status: 503, eventId: undefined };
  return { status: taken ? 202 : 503, eventId: line.eventId };
};

export interface Tally {
  accepted: number;
  refused: number;
  throttled: number;
}

export const tallyOf = (results: readonly EventResult[]): Tally => {
  const counts = { 202: 0, 422: 0, 503: 0 };
  for (const { status } of results) counts[status] += 1;
  return { accepted: counts[202], refused: counts[422], throttled: counts[503] };
};

/** Events of one name that were taken although they contradict their contract, and in what the first of them does. */
export interface Contradictions {
  event: string;
  count: number;
  first: string;
}

/** At most one for each event type that has a contract. */
export const contradictionsOf = (
  lines: readonly CollectedLine[],
  taken: readonly boolean[],
): Contradictions[] => {
  const found = new Map<string, Contradictions>();
  for (const [index, line] of lines.entries()) {
    if (!('contradicts' in line) || line.contradicts === undefined || taken[index] !== true) continue;
    const { event, detail } = line.contradicts;
    const one = found.get(event) ?? { event, count: 0, first: detail };
    found.set(event, { ...one, count: one.count + 1 });
  }
  return [...found.values()];
};
