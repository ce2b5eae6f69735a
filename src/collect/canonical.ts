import { contracts, detailOf } from '../events/contract/contracts.ts';
import {
  type CanonicalEvent,
  isLonger,
  MAX_FUTURE_MS,
  MAX_ID_LENGTH,
  MAX_NAME_LENGTH,
  SCHEMA_VERSION,
} from '../events/envelope.ts';
import { DAY_MS, inRange, instantOf, isTimestamp, timestampOf } from '../json/instants.ts';
import { flawOf, isObject, isTooDeep, type JsonObject, MAX_DEPTH } from '../json/parse.ts';
import { MAX_EVENT_BYTES } from './limits.ts';
import {
  type CollectedLine,
  type Contradiction,
  isRejection,
  type Rejection,
  rejectedLineOf,
  rejection,
  type Stamp,
} from './line.ts';
import type { SentEvent } from './sentEvent.ts';
import { lacksZone, timeAdvice } from './timeAdvice.ts';

/** What a protocol found for each field of the envelope, not looked at yet. */
export interface Draft {
  id: unknown;
  name: unknown;
  time: unknown;
  /** the sender's clock when it sent the request, epoch milliseconds */
  sentAt: number | undefined;
  userId: unknown;
  anonymousId: unknown;
  sessionId: unknown;
  context: unknown;
  properties: unknown;
}

/** A protocol's reading of one event. */
export type DraftOf = (event: JsonObject) => Draft | Rejection;

/**
 * Ids are text: a number becomes its decimal text, an empty one stands for nobody. Undefined: neither text nor number.
 */
const idOf = (value: unknown): string | null | undefined => {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
};

const eventIdOf = (value: unknown, newId: () => string): string | Rejection => {
  const id = idOf(value);
  if (id === undefined) return rejection('invalid_event', 'the event id is neither text nor a number');
  if (id !== null && isLonger(id, MAX_ID_LENGTH)) {
    return rejection('invalid_event', `the event id is longer than ${MAX_ID_LENGTH} characters`);
  }
  return id ?? newId();
};

const nameOf = (value: unknown): string | Rejection => {
  if (value === undefined || value === null) return rejection('missing_event_name', 'the event has no name');
  if (typeof value !== 'string') return rejection('invalid_event', 'event_name must be a string');
  if (value.trim() === '') return rejection('missing_event_name', 'the event name is empty');
  if (isLonger(value, MAX_NAME_LENGTH)) {
    return rejection('invalid_event', `the event name is longer than ${MAX_NAME_LENGTH} characters`);
  }
  return value;
};

/** Events wait on phones that are offline, and libraries throw them away after some weeks. */
const MAX_WAIT_MS = 30 * DAY_MS;

/**
 * How far the sender's clock was off when it sent. It is only known if `sent_at` is of the clock that the event's time
 * is of. It is not if the event happened after it was sent, or if a clock that is off by more than a day had the event
 * wait longer than events do: then `sent_at` is a placeholder (year 1, 1970) or a mistake, and moves nothing.
 */
const skewOf = (time: number, sentAt: number | undefined, receivedAt: number): number => {
  if (sentAt === undefined) return 0;
  const skew = receivedAt - sentAt;
  const waited = sentAt - time;
  const isOther = waited < -MAX_FUTURE_MS || (Math.abs(skew) > DAY_MS && waited > MAX_WAIT_MS);
  return isOther ? 0 : skew;
};

/**
 * Every hour that an event touches is built and published, so that a key which sends events of all times could run up a
 * bill, and a phone whose clock stands at 1970 would make a day of its own.
 */
const tooOld = (time: number, receivedAt: number, { maxEventAgeMs }: Stamp): Rejection | undefined =>
  maxEventAgeMs === undefined || time >= receivedAt - maxEventAgeMs
    ? undefined
    : rejection(
        'old_event_time',
        `the event time is more than ${Math.round(maxEventAgeMs / DAY_MS)} days before the time it was received: import history instead of sending it, or raise maxEventAgeDays`,
      );

/** The sender's time, moved by how far the sender's clock was off when it sent. */
const timeOf = (draft: Draft, stamp: Stamp): string | Rejection => {
  const receivedAt = stamp.receivedAt.getTime();
  if (draft.time === undefined || draft.time === null) return timestampOf(receivedAt);
  const sent = instantOf(draft.time);
  if (sent === undefined) {
    return rejection('invalid_event_time', `the event time is ${timeAdvice(draft.time)}`);
  }
  const corrected = sent + skewOf(sent, draft.sentAt, receivedAt);
  if (corrected > receivedAt + MAX_FUTURE_MS) {
    return rejection(
      'future_event_time',
      `the event time is more than an hour ahead of the time it was received${lacksZone(draft.time) ? '; it has no zone and was read as UTC: add its zone, such as +09:00' : ''}`,
    );
  }
  if (inRange(corrected) === undefined) {
    return rejection('invalid_event_time', 'the event time, corrected by sent_at, lies before the year 0');
  }
  const old = tooOld(corrected, receivedAt, stamp);
  if (old !== undefined) return old;
  return corrected === sent && isTimestamp(draft.time) ? draft.time : timestampOf(corrected);
};

const eventOf = (draft: Draft, stamp: Stamp): CanonicalEvent | Rejection => {
  const name = nameOf(draft.name);
  if (isRejection(name)) return name;
  const time = timeOf(draft, stamp);
  if (isRejection(time)) return time;
  const [user, anonymous, session] = [idOf(draft.userId), idOf(draft.anonymousId), idOf(draft.sessionId)];
  if (user === undefined || anonymous === undefined || session === undefined) {
    return rejection('invalid_event', 'a user, anonymous or session id is neither text nor a number');
  }
  const context = draft.context ?? {};
  const properties = draft.properties ?? {};
  if (!isObject(context)) return rejection('invalid_event', 'context must be an object');
  if (!isObject(properties)) return rejection('invalid_event', 'properties (or traits) must be an object');
  const id = eventIdOf(draft.id, stamp.newId);
  if (isRejection(id)) return id;
  return {
    event_id: id,
    event_name: name,
    event_time: time,
    received_at: stamp.receivedText,
    source: stamp.source,
    user_id: user,
    anonymous_id: anonymous,
    session_id: session,
    context,
    properties,
    schema_version: SCHEMA_VERSION,
  };
};

const checked = (sent: SentEvent, draftOf: DraftOf): Draft | Rejection => {
  if (sent.flaw !== undefined) return sent.flaw;
  if (sent.value === undefined) return rejection('invalid_json', 'the line must be JSON');
  if (!isObject(sent.value)) return rejection('not_an_object', 'an event is a JSON object');
  const unfit = sent.wellFormed ? undefined : flawOf(sent.value);
  if (unfit === 'lone_surrogate')
    return rejection('invalid_unicode', 'a text of the event has a lone surrogate');
  if (unfit === 'too_deep' || (sent.wellFormed && isTooDeep(sent.value)))
    return rejection('invalid_event', `the event is nested deeper than ${MAX_DEPTH} levels`);
  return draftOf(sent.value);
};

/** As a whole text of JSON only: what else happens to hold the same letters stays as it was sent. */
const withoutKey = (text: string, writeKey: string | undefined): string =>
  writeKey === undefined ? text : text.replaceAll(JSON.stringify(writeKey), '"[write key]"');

/** A rejected event's line; its text as far as quarantine may have it. */
const rejectedLine = (refused: Rejection, sent: SentEvent, stamp: Stamp): CollectedLine => {
  const text = stamp.protection === undefined ? sent.text() : stamp.protection.rejectedText(sent);
  if (text !== undefined) return rejectedLineOf(refused, withoutKey(text, stamp.writeKey), stamp);
  const detail = `${refused.detail} (raw is not kept: it may hold personal data where nobody finds it)`;
  return rejectedLineOf({ ...refused, detail }, '', stamp);
};

/** As it was sent: a hash that takes the place of a value is never one of those that are allowed. */
const contradictionOf = (event: CanonicalEvent, stamp: Stamp): Rejection | Contradiction | undefined => {
  const contract = (stamp.contracts ?? contracts()).get(event.event_name);
  const found = contract?.judge(event) ?? [];
  if (found.length === 0) return undefined;
  const detail = detailOf(found);
  return contract?.strict === 'reject'
    ? rejection('contract_violation', detail)
    : { event: event.event_name, detail };
};

/**
 * What becomes of one sent event: its canonical line, or a rejected line that carries it to quarantine. Never throws.
 */
export const lineOf = (sent: SentEvent, draftOf: DraftOf, stamp: Stamp): CollectedLine => {
  const draft = checked(sent, draftOf);
  const made = isRejection(draft) ? draft : eventOf(draft, stamp);
  if (isRejection(made)) return rejectedLine(made, sent, stamp);
  const contradicts = contradictionOf(made, stamp);
  if (contradicts !== undefined && isRejection(contradicts)) return rejectedLine(contradicts, sent, stamp);
  const event = stamp.protection === undefined ? made : stamp.protection.event(made);
  const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
  if (bytes.length > MAX_EVENT_BYTES) {
    const tooLarge = rejection('event_too_large', `the event is larger than ${MAX_EVENT_BYTES} bytes`);
    return rejectedLine(tooLarge, sent, stamp);
  }
  const line = { eventId: event.event_id, person: event.anonymous_id ?? event.user_id, bytes };
  return contradicts === undefined ? line : { ...line, contradicts };
};
