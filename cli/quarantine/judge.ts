import { type DraftOf, lineOf } from '../../src/collect/canonical.ts';
import { cloudEventDraft } from '../../src/collect/protocols/cloudEvents.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import { isCallType } from '../../src/collect/protocols/segmentCalls.ts';
import { draftOf as snowplowDraft } from '../../src/collect/protocols/snowplowDraft.ts';
import { isProblem, type Problem, type Reading } from '../../src/collect/request.ts';
import { single } from '../../src/collect/split.ts';
import { knownEventTypes } from '../../src/events/registry.ts';
import { parseExactly } from '../../src/json/exactNumbers.ts';
import { isObject, type JsonObject, parseJson } from '../../src/json/parse.ts';
import { partitionOf } from '../../src/lake/partition.ts';
import type { Fix } from './fix.ts';
import type { StoredRow } from './rows.ts';

/** What a replay does about a row: the line for the collector, or why there is none. */
type Judgement =
  | { send: true; line: string; eventId: string; day: string }
  | { send: false; why: string; detail: string };

const stays = (why: string, detail: string): Judgement => ({ send: false, why, detail });

/** How a protocol reads one event by itself: no time of sending and no context of a batch. */
const readerOf = (reading: Reading | Problem, empty: string): DraftOf => {
  if (isProblem(reading)) throw new Error(`The protocol does not read ${empty}: ${reading.message}`);
  return reading.draftOf;
};

const asNative = readerOf(native.read('[]', false), '[]');
const asSegment = readerOf(segment('batch', knownEventTypes).read('{"batch":[]}'), '{"batch":[]}');

const nativeFields = ['event_id', 'event_name', 'event_time', 'user_id', 'anonymous_id', 'session_id'];
const segmentFields = ['messageId', 'userId', 'anonymousId'];

/** A row does not say by which way its text came in: Segment's messages have an id of their spelling, ours never. */
const isSegment = (event: JsonObject): boolean =>
  segmentFields.some((field) => Object.hasOwn(event, field)) &&
  !nativeFields.some((field) => Object.hasOwn(event, field));

/** Of the attributes that a CloudEvent must have, one may be what it was rejected for. */
const isCloudEvent = (event: JsonObject): boolean =>
  Object.hasOwn(event, 'specversion') ||
  (['id', 'source', 'type'].every((name) => Object.hasOwn(event, name)) && !Object.hasOwn(event, 'event'));

/** Parameters of Snowplow's trackers: nobody else has three of these. */
const snowplowFields = ['e', 'eid', 'dtm', 'stm', 'tv', 'tna', 'aid', 'p'];
const isSnowplow = (event: JsonObject): boolean =>
  snowplowFields.filter((field) => Object.hasOwn(event, field)).length >= 3;

const asSnowplow = snowplowDraft();

const readerFor = (event: unknown): DraftOf => {
  if (!isObject(event) || nativeFields.some((field) => Object.hasOwn(event, field))) return asNative;
  if (isSegment(event)) return asSegment;
  if (isCloudEvent(event)) return cloudEventDraft;
  return isSnowplow(event) ? asSnowplow : asNative;
};

/** A single call's type stood in its path, which is not kept. Only track has an `event`. */
const withCallType = (event: JsonObject): JsonObject =>
  isSegment(event) && !isCallType(event.type ?? event.action) && typeof event.event === 'string'
    ? { ...event, type: 'track' }
    : event;

const cut = /\(raw holds the first \d+ of its \d+ bytes\)/;

/**
 * Looks at a row with the collector's own eyes, at the time when the collector first saw it: so a missing time becomes
 * that time again, a clock that was off is corrected by what it was off then, and one that was ahead stays ahead. An
 * event without an id gets the row's. Pure.
 */
export const judge = (row: StoredRow, fix: Fix): Judgement => {
  if (row.source === null) return stays('no_source', 'Nobody knows who sent it: no key can be chosen.');
  if (cut.test(row.detail)) return stays('cut_off', 'Only the beginning of its text was kept.');
  const sent = single(parseExactly(row.raw)?.value, row.raw);
  const value = isObject(sent.value) ? withCallType(fix(row.reason, withCallType(sent.value))) : sent.value;
  const segments = isObject(value) && isSegment(value);
  if (segments && !isCallType(value.type ?? value.action))
    return stays(
      'call_type_unknown',
      `It came by a path of Segment's that is not kept. Name its call with --fix: {"${row.reason}":{"default":{"type":"page"}}}`,
    );
  const line = lineOf({ value, wellFormed: false, text: () => row.raw }, readerFor(value), {
    source: row.source,
    receivedAt: new Date(row.received_at),
    receivedText: row.received_at,
    newId: () => row.id,
  });
  if ('refused' in line) return stays(line.refused.reason, line.refused.detail);
  const text = Buffer.from(line.bytes).toString('utf8').trimEnd();
  return { send: true, line: text, eventId: line.eventId, day: dayOf(text) };
};

/** The day of a canonical line: `event_time` is its third field, in the one form of a time. */
const dayOf = (line: string): string => {
  const event = parseJson(line)?.value;
  return isObject(event) && typeof event.event_time === 'string'
    ? partitionOf(event.event_time).slice(0, 10)
    : '';
};
