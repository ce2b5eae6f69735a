import { HeadraceError } from '../errors.ts';
import { timestampOf } from '../json/instants.ts';
import type { Clock } from '../ports/clock.ts';
import type { WriteKeys } from '../ports/collect.ts';
import type { Acceptance } from './accepting.ts';
import { problemAnswer } from './answers.ts';
import { type Body, bodyOf, notJson, notUtf8, saysLines } from './body.ts';
import { lineOf } from './canonical.ts';
import { mayHoldKey, writeKeyOf } from './credentials.ts';
import { MAX_EVENTS } from './limits.ts';
import { type CollectedLine, rejection, type Stamp } from './line.ts';
import type { EventProtection } from './protection.ts';
import {
  type Answer,
  type CollectorRequest,
  isProblem,
  type Problem,
  type Protocol,
  problem,
  type Reading,
} from './request.ts';
import { type Contradictions, contradictionsOf, resultOf, type Tally, tallyOf } from './results.ts';
import type { SentEvent } from './sentEvent.ts';

export interface Collecting extends Pick<Stamp, 'newId' | 'maxEventAgeMs' | 'contracts'> {
  keys: WriteKeys;
  accept: (lines: readonly CollectedLine[]) => Promise<Acceptance>;
  clock: Clock;
  /** where the stage protects personal data; may fail, and then nothing passes */
  protection?: () => Promise<EventProtection | undefined>;
}

/** The answer, and what an operator wants to know of it. Nothing here repeats what was sent. */
export interface Collected {
  answer: Answer;
  source?: string;
  /** stands in every row of the request: with the source, the way back from a row to its request */
  receivedAt?: string;
  tally?: Tally & {
    rounds: number;
    errorCodes: string[];
    records: string[];
    /** only where there are any */
    contradicting?: Contradictions[];
  };
  /** why the whole request was turned away */
  problem?: string;
  /** the service that failed, for the log */
  cause?: Error;
}

/** Why a whole request ends without its events being taken. */
interface TurnedAway {
  found: Problem;
  cause?: Error;
}

const noKey = problem(401, 'unauthorized', 'The write key is missing, unknown or revoked.');

/** The source of a write key; a TurnedAway when there is none, or when nobody can tell at the moment. */
const sourceOf = async (writeKey: string | undefined, keys: WriteKeys): Promise<string | TurnedAway> => {
  if (writeKey === undefined) return { found: noKey };
  try {
    return (await keys.sourceOf(writeKey)) ?? { found: noKey };
  } catch (error) {
    if (!(error instanceof HeadraceError && ['Throttled', 'Transient'].includes(error.name))) throw error;
    const busy = problem(
      503,
      'unavailable',
      'The write key cannot be checked at the moment. Send the request again.',
    );
    return { found: busy, cause: error };
  }
};

/** Whatever is wrong with the key of personal data: events are not taken unprotected, and are to be sent again. */
const protectionOf = async ({
  protection,
}: Collecting): Promise<EventProtection | TurnedAway | undefined> => {
  try {
    return await protection?.();
  } catch (error) {
    const message = 'Personal data cannot be protected at the moment. Send the request again.';
    const cause = error instanceof Error ? error : new Error(String(error));
    return { found: problem(503, 'unavailable', message), cause };
  }
};

const replacedText = rejection(
  'invalid_unicode',
  'the event was not UTF-8 when it was sent: bytes of it were replaced by U+FFFD on the way',
);

/** Events in whose text bytes were replaced are not what was sent: they are rejected, as those that come as bytes. */
const withoutReplaced = (events: readonly SentEvent[]): SentEvent[] =>
  events.map((event) => (event.text().includes('\ufffd') ? { ...event, flaw: replacedText } : event));

const readBody = (request: CollectorRequest, body: Body, protocol: Protocol): Reading | Problem => {
  const lines = saysLines(request);
  if ('bytes' in body) return protocol.readBytes?.(body.bytes, lines, request) ?? notUtf8(body.bytes);
  const reading = protocol.read(body.text, lines, request);
  if (isProblem(reading)) return notJson(request, reading, body.text);
  return body.replaced ? { ...reading, events: withoutReplaced(reading.events) } : reading;
};

/** `keyed`: the key is known already. A body that would have to have it, and has none, is not parsed. */
const readingOf = (request: CollectorRequest, protocol: Protocol, keyed: boolean): Reading | Problem => {
  const body = bodyOf(request);
  if (isProblem(body)) return body;
  if (!keyed && !mayHoldKey(body, protocol.keyMembers)) return noKey;
  const reading = readBody(request, body, protocol);
  if (isProblem(reading)) return reading;
  if (reading.events.length > MAX_EVENTS) {
    return problem(413, 'too_many_events', `The request holds more than ${MAX_EVENTS} events.`);
  }
  return reading;
};

const attempt = async (
  request: CollectorRequest,
  protocol: Protocol,
  dependencies: Collecting,
): Promise<Collected | TurnedAway> => {
  const receivedAt = dependencies.clock.now();
  const earlyKey = writeKeyOf(request) ?? protocol.keyOf?.(request);
  const early = earlyKey === undefined ? undefined : await sourceOf(earlyKey, dependencies.keys);
  if (typeof early === 'object') return early;
  if (early === undefined && protocol.keyMembers.length === 0) return { found: noKey };
  const reading = readingOf(request, protocol, early !== undefined);
  if (isProblem(reading)) return { found: early === undefined ? noKey : reading };
  const source = early ?? (await sourceOf(reading.writeKey, dependencies.keys));
  if (typeof source === 'object') return source;
  const protection = await protectionOf(dependencies);
  if (protection !== undefined && 'found' in protection) return protection;
  const writeKey = reading.writeKey ?? earlyKey;
  const { newId, maxEventAgeMs, contracts } = dependencies;
  const receivedText = timestampOf(receivedAt.getTime());
  const stamp = { source, receivedAt, receivedText, newId, writeKey, maxEventAgeMs, protection, contracts };
  const lines = reading.events.map((event) => lineOf(event, reading.draftOf, stamp));
  const { taken, rounds, errorCodes, records } = await dependencies.accept(lines);
  const results = lines.map((line, index) => resultOf(line, taken[index] === true));
  const contradicting = contradictionsOf(lines, taken);
  const counts = { ...tallyOf(results), rounds, errorCodes, records };
  const tally = contradicting.length === 0 ? counts : { ...counts, contradicting };
  return { answer: protocol.answer(results, request), source, receivedAt: receivedText, tally };
};

/**
 * One request through the collector: who sends it, what it holds, each event made a line, all lines put into the
 * stream, each event answered. Nothing is acknowledged that the stream has not taken.
 *
 * Whoever has no valid key outside the body is turned away before the body is looked at, unless it may hold the key.
 */
export const collect = async (
  request: CollectorRequest,
  protocol: Protocol,
  dependencies: Collecting,
): Promise<Collected> => {
  const done = await attempt(request, protocol, dependencies);
  if ('answer' in done) return done;
  const { found, cause } = done;
  const answer = (protocol.problemAnswer ?? problemAnswer)(found);
  return { answer, problem: found.code, ...(cause === undefined ? {} : { cause }) };
};
