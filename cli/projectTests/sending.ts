import { setTimeout as sleep } from 'node:timers/promises';
import type { StageAccess } from '../../client/access.ts';
import { BATCH_CHARACTERS, BATCH_EVENTS, sendLines } from '../../client/collect/sendLines.ts';
import { createWriteKey } from '../../client/keys.ts';
import { parseExactly } from '../../src/json/exactNumbers.ts';
import { isObject } from '../../src/json/parse.ts';
import type { ExpectedRejection, Failure, SentEvent } from './model.ts';

/** An event that the collector rejected, and why. */
interface Rejected {
  event: SentEvent;
  reason: string;
}

/** Requests, in their order: one for each event that is to be received by itself. */
const requestsOf = (events: readonly SentEvent[]): SentEvent[][] => {
  const requests: SentEvent[][] = [];
  let characters = 0;
  for (const event of events) {
    const last = requests.at(-1);
    const fits =
      last !== undefined && last.length < BATCH_EVENTS && characters + event.text.length <= BATCH_CHARACTERS;
    if (last !== undefined && fits && !event.alone && last[0]?.alone === false) last.push(event);
    else {
      requests.push([event]);
      characters = 0;
    }
    characters += event.text.length;
  }
  return requests;
};

/** Sends events as their senders would, each with a write key of its source. Gives those that were rejected. */
export const sendEvents = async (
  access: StageAccess,
  collector: string,
  events: readonly SentEvent[],
  signal: AbortSignal,
): Promise<Rejected[]> => {
  const keys = new Map<string, string>();
  const keyOf = async (source: string): Promise<string> => {
    const key = keys.get(source) ?? (await createWriteKey(access, source, new Date()));
    keys.set(source, key);
    return key;
  };
  const rejected: Rejected[] = [];
  for (const request of requestsOf(events)) {
    // Equal texts are rejected alike: which of them is told first is all the same.
    const waiting = Map.groupBy(request, ({ text }) => text);
    await sendLines(
      { url: collector, writeKey: await keyOf(request[0]?.source ?? '') },
      request.map(({ text }) => text),
      {
        signal,
        onRejected: (text, reason, detail) => {
          const event = waiting.get(text)?.shift();
          if (event !== undefined) rejected.push({ event, reason: `${reason}: ${detail}` });
        },
      },
    );
    // received_at has milliseconds: which of two events was received first is to be seen in it.
    const answered = Date.now();
    while (Date.now() === answered) await sleep(1);
  }
  return rejected;
};

const idOf = ({ text }: SentEvent): string | null => {
  const event = parseExactly(text)?.value;
  const id = isObject(event) ? event.event_id : undefined;
  if (JSON.isRawJSON(id)) return id.rawJSON;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
};

/** What was rejected beside what should have been. */
export const rejectionFailures = (
  expected: readonly ExpectedRejection[],
  rejected: readonly Rejected[],
): Failure[] => {
  const left = [...expected];
  const others = rejected.filter(({ event, reason }) => {
    const at = left.findIndex((one) => one.eventId === idOf(event) && reason.includes(one.reason));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [
    ...others.map(({ event, reason }) => ({
      ...(event.alone ? { line: event.line } : {}),
      says: `${nameOf(event)} was rejected: ${reason}`,
    })),
    ...left.map(({ eventId, reason, line }) => ({
      line,
      says: others.some(({ event }) => idOf(event) === eventId)
        ? `${shown(eventId)} was rejected, but "${reason}" is not a part of the reason`
        : `${shown(eventId)} was not rejected (expected: ${reason})`,
    })),
  ];
};

const shown = (eventId: string | null): string => eventId ?? 'an event without event_id';

const nameOf = (event: SentEvent): string =>
  event.alone ? shown(idOf(event)) : `${event.file}:${event.line}: ${shown(idOf(event))}`;
