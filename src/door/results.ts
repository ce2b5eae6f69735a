import type { DoorLine, Refusal } from './line.ts';

/** What became of one event: taken for good, refused for good, or not taken and to be sent again. */
export type EventResult =
  | { status: 202; eventId: string }
  | ({ status: 422 } & Refusal)
  | { status: 503; eventId: string | undefined };

/**
 * A refused event that the stream did not take is to be sent again too: it would else never reach quarantine.
 * Its second try is refused with the reason.
 */
export const resultOf = (line: DoorLine, taken: boolean): EventResult => {
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
  const count = (status: EventResult['status']): number =>
    results.filter((result) => result.status === status).length;
  return { accepted: count(202), refused: count(422), throttled: count(503) };
};
