import { parseExactly } from '../../json/exactNumbers.ts';
import { instantOf } from '../../json/instants.ts';
import { isObject, type JsonObject, parseJson } from '../../json/parse.ts';
import { memberText } from '../../json/slices.ts';
import { nativeAnswer } from '../answers.ts';
import type { Draft, DraftOf } from '../canonical.ts';
import { usableKey } from '../credentials.ts';
import { type Rejection, rejection } from '../line.ts';
import { lines } from '../lines.ts';
import { withOuter } from '../outer.ts';
import { type ClientFamily, type Problem, type Protocol, problem, type Reading } from '../request.ts';
import { nothingShared, type Shared, sharedOf, withShared } from '../shared.ts';
import { elements, single } from '../split.ts';
import { timeAdvice } from '../timeAdvice.ts';
import { orCloudEvents } from './cloudEvents.ts';

/** A web page that can set no header has its key beside the event or the events. */
const keyMembers = ['write_key', 'writeKey'];

const keyIn = (body: JsonObject): string | undefined => usableKey(body.write_key) ?? usableKey(body.writeKey);

const ownFields = new Set([
  'event_id',
  'event_name',
  'event_time',
  'sent_at',
  'user_id',
  'anonymous_id',
  'session_id',
  'context',
  'properties',
  // Where a beacon has the key: it is not to be stored.
  ...keyMembers,
]);

/** Written by the collector. Only in a line that it wrote before (it has all three) are they not the sender's own. */
const collectorFields = ['received_at', 'source', 'schema_version'];

/** The names of the two fields that may stand under another than their own. */
const namesIn = (event: JsonObject): { name: string; time: string } => ({
  name: (event.event_name ?? null) === null ? 'event' : 'event_name',
  time: (event.event_time ?? null) === null ? 'timestamp' : 'event_time',
});

/** `properties` with the unknown top-level fields moved in: those that are not taken for what they mean. */
const propertiesOf = (event: JsonObject, name: string, time: string): unknown => {
  const inside = event.properties ?? {};
  if (!isObject(inside)) return inside;
  const others = Object.keys(event).filter(
    (field) => !ownFields.has(field) && field !== name && field !== time,
  );
  // Most events have none.
  if (others.length === 0) return inside;
  const written = collectorFields.every((field) => typeof event[field] === 'string') ? collectorFields : [];
  const own = others.filter((field) => !written.includes(field));
  return withOuter(
    inside,
    own.map((field) => [field, event[field]]),
  );
};

const draftOf = (shared: Shared): DraftOf => {
  const sharedSentAt = instantOf(shared.sentAt);
  return (event): Draft | Rejection => {
    const { name, time } = namesIn(event);
    const own = event.sent_at ?? undefined;
    const sent = own ?? shared.sentAt ?? undefined;
    const sentAt = own === undefined ? sharedSentAt : instantOf(own);
    if (sent !== undefined && sentAt === undefined) {
      return rejection('invalid_event_time', `sent_at is ${timeAdvice(sent)}`);
    }
    return {
      id: event.event_id,
      name: event[name],
      time: event[time],
      sentAt,
      userId: event.user_id,
      anonymousId: event.anonymous_id,
      sessionId: event.session_id,
      context: withShared(event.context, shared),
      properties: propertiesOf(event, name, time),
    };
  };
};

const batchFields = new Set(['events', 'sent_at', 'context', ...keyMembers]);

const readBatch = (batch: JsonObject, events: unknown[], text: string): Reading | Problem => {
  if (!Object.keys(batch).every((field) => batchFields.has(field))) {
    return problem(400, 'invalid_batch', 'Beside events a batch has sent_at and context only.');
  }
  const shared = sharedOf(batch, batch.sent_at);
  if ('code' in shared) return shared;
  return {
    events: elements(events, () => memberText(text, 'events') ?? '[]', text),
    draftOf: draftOf(shared),
    writeKey: keyIn(batch),
  };
};

const readLines = (body: string | Buffer): Reading => ({
  events: lines(body),
  draftOf: draftOf(nothingShared),
});

/** Several lines of which the first is an object: NDJSON whose content type does not say so. */
const looksLikeLines = (text: string): boolean => {
  const end = text.trimStart().indexOf('\n');
  return end !== -1 && isObject(parseJson(text.trimStart().slice(0, end))?.value);
};

/**
 * The same for bytes that are not UTF-8: the first line can be one that is not JSON for that. One line is a body in one
 * piece, also with a line feed at its end.
 */
const looksLikeByteLines = (bytes: Buffer): boolean => {
  const text = bytes.toString('latin1').trim();
  const end = text.indexOf('\n');
  return end !== -1 && /^\{.*\}\s*$/s.test(text.slice(0, end));
};

const readBytes = (bytes: Buffer, saysLines: boolean): Reading | undefined =>
  saysLines || looksLikeByteLines(bytes) ? readLines(bytes) : undefined;

const read = (text: string, saysLines: boolean): Reading | Problem => {
  const parsed = parseExactly(text);
  if (parsed === undefined) {
    if (text.trim() !== '' && (saysLines || looksLikeLines(text))) return readLines(text);
    return problem(400, 'invalid_json', 'The body is neither JSON nor JSON lines.');
  }
  const { value } = parsed;
  const plain = draftOf(nothingShared);
  if (Array.isArray(value)) return { events: elements(value, () => text, text), draftOf: plain };
  if (isObject(value) && Array.isArray(value.events) && !('event_name' in value || 'event' in value)) {
    return readBatch(value, value.events, text);
  }
  const writeKey = isObject(value) ? keyIn(value) : undefined;
  return { events: [single(value, text.trim())], draftOf: plain, writeKey };
};

/**
 * `POST /v1/events`: one event, an array of events, `{"events":[…]}` (with `sent_at` and `context` for all), or NDJSON.
 *
 * An event: `event_name` is all it must have. Also known: `event_id`, `event_time`, `sent_at`, `user_id`,
 * `anonymous_id`, `session_id`, `context`, `properties`. Where `event_name` or `event_time` is absent, `event` and
 * `timestamp` stand in; there are no more aliases, since an `id` or a `name` is as likely the event's own (and an `id`
 * taken for the event's would deduplicate away what is none). Every other top-level field moves into `properties`, so
 * flat events work and nothing is lost. Times: see instant.ts; with `sent_at` the sender's clock is corrected.
 * The `index` of a result counts events from 0; blank lines are none.
 * `write_key` beside an event, or beside `events`, is the write key of a request that has none in its headers.
 * A canonical line sent again (a replay) gets `received_at`, `source` and `schema_version` anew.
 */
export const native = { read, readBytes, answer: nativeAnswer, keyMembers } satisfies Protocol;

export const nativeFamily: ClientFamily = {
  name: 'native',
  routes: [{ at: 'POST /v1/events', takes: orCloudEvents(native) }],
  browserHeaders: ['authorization', 'content-type', 'content-encoding', 'x-write-key', 'traceparent'],
};
