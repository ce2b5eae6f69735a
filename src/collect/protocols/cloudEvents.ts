import { createHash } from 'node:crypto';
import { isLonger, MAX_ID_LENGTH } from '../../events/envelope.ts';
import { parseExactly } from '../../json/exactNumbers.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { cloudEventsAnswer } from '../answers.ts';
import { typeOf } from '../body.ts';
import type { Draft, DraftOf } from '../canonical.ts';
import { type Rejection, rejection } from '../line.ts';
import { withOuter } from '../outer.ts';
import {
  type ClientFamily,
  type CollectorRequest,
  type Problem,
  type Protocol,
  problem,
  type Reading,
} from '../request.ts';
import type { SentEvent } from '../sentEvent.ts';
import { elements, single } from '../split.ts';
import { binaryEvent, isBinary, isJson } from './cloudEventBinary.ts';

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** What is wrong with the attributes that an event must have. */
const flawOf = (event: JsonObject): Rejection | undefined => {
  const missing = ['specversion', 'id', 'source', 'type'].filter((name) => !isText(event[name]));
  if (missing.length > 0) {
    const detail = `the CloudEvent lacks ${missing.join(', ')}: each must be a text that is not empty`;
    return rejection(missing.join() === 'type' ? 'missing_event_name' : 'invalid_event', detail);
  }
  return /^1\.\d+$/.test(String(event.specversion))
    ? undefined
    : rejection('invalid_event', 'specversion must be 1.0: older CloudEvents have other attributes');
};

/**
 * The id of a CloudEvent is unique within its source only. A source is a URI, which has no spaces: so no two pairs make
 * one text. What is too long for an id is hashed.
 */
const identityOf = (source: string, id: string): string => {
  const both = `${source.replaceAll(' ', '%20')} ${id}`;
  return isLonger(both, MAX_ID_LENGTH) ? `sha256:${createHash('sha256').update(both).digest('hex')}` : both;
};

/** JSON that came in base64 as what it is: nobody finds a property, or personal data, in base64. */
const opened = (event: JsonObject): JsonObject => {
  const { data_base64: coded, ...rest } = event;
  if (typeof coded !== 'string' || !isJson(event.datacontenttype) || (event.data ?? null) !== null)
    return event;
  const parsed = parseExactly(Buffer.from(coded, 'base64').toString('utf8'));
  return parsed === undefined ? event : { ...rest, data: parsed.value };
};

const propertiesOf = ({ data, data_base64: coded }: JsonObject): JsonObject => {
  const outside = (coded ?? null) === null ? [] : [['data_base64', coded] as const];
  if (isObject(data)) return withOuter(data, outside);
  return Object.fromEntries([...((data ?? null) === null ? [] : [['data', data] as const]), ...outside]);
};

const notAttributes = new Set(['data', 'data_base64', 'userid', 'anonymousid', 'sessionid']);

export const cloudEventDraft: DraftOf = (sent): Draft | Rejection => {
  const flaw = flawOf(sent);
  if (flaw !== undefined) return flaw;
  const event = opened(sent);
  const attributes = Object.entries(event).filter(([name]) => !notAttributes.has(name));
  return {
    id: identityOf(String(event.source), String(event.id)),
    name: event.type,
    time: event.time,
    sentAt: undefined,
    userId: event.userid,
    anonymousId: event.anonymousid,
    sessionId: event.sessionid,
    context: { cloudevent: Object.fromEntries(attributes) },
    properties: propertiesOf(event),
  };
};

const withOpened = (sent: SentEvent): SentEvent =>
  isObject(sent.value) && 'data_base64' in sent.value
    ? { ...sent, value: opened(sent.value), wellFormed: false }
    : sent;

const readJson = (text: string): Reading | Problem => {
  const parsed = parseExactly(text);
  if (parsed === undefined)
    return problem(400, 'invalid_json', 'The body must be a CloudEvent in JSON, or an array of them.');
  const { value } = parsed;
  const events = Array.isArray(value) ? elements(value, () => text, text) : [single(value, text.trim())];
  return { events: events.map(withOpened), draftOf: cloudEventDraft };
};

const otherFormat = problem(
  415,
  'unsupported_media_type',
  'CloudEvents are taken in JSON: application/cloudevents+json or application/cloudevents-batch+json.',
);

const MEDIA_TYPE = 'application/cloudevents';

const isOtherFormat = (request: CollectorRequest): boolean =>
  typeOf(request).startsWith(MEDIA_TYPE) &&
  !/^application\/cloudevents(-batch)?\+json$/.test(typeOf(request));

/** Whether a request says that it holds CloudEvents, at whatever path. */
const isCloudEvent = (request: CollectorRequest): boolean =>
  isBinary(request) || typeOf(request).startsWith(MEDIA_TYPE);

/** The content type decides first: an event in structured mode may repeat its attributes in headers. */
const isStructured = (request: CollectorRequest): boolean =>
  typeOf(request).startsWith(MEDIA_TYPE) || !isBinary(request);

const ofBinary = (request: CollectorRequest, body: string | Buffer): Reading => ({
  events: [binaryEvent(request, body)],
  draftOf: cloudEventDraft,
});

/**
 * CloudEvents 1.0 in its three modes: structured (one event in JSON), batched (an array of them), binary (attributes in
 * `ce-` headers, the body is the data).
 *
 * `type` is the event's name, `source` and `id` together are its id. Data that is an object becomes the properties; any
 * other stands there as `data`, and bytes as `data_base64`. Attributes and extensions are kept in `context.cloudevent`,
 * except that the extensions `userid`, `anonymousid` and `sessionid` fill the columns of these names.
 */
export const cloudEvents: Protocol = {
  read: (text, _lines, request) => {
    if (isOtherFormat(request)) return otherFormat;
    return isStructured(request) ? readJson(text) : ofBinary(request, text);
  },
  readBytes: (bytes, _lines, request) => {
    if (isOtherFormat(request)) return otherFormat;
    return isStructured(request) ? undefined : ofBinary(request, bytes);
  },
  answer: cloudEventsAnswer,
  keyMembers: [],
};

/** A protocol at whose paths CloudEvents are taken, too: they say in their headers what they are. */
export const orCloudEvents = (other: Protocol): Protocol => {
  const of = (request: CollectorRequest): Protocol => (isCloudEvent(request) ? cloudEvents : other);
  return {
    ...other,
    read: (text, lines, request) => of(request).read(text, lines, request),
    readBytes: (bytes, lines, request) => of(request).readBytes?.(bytes, lines, request),
    answer: (results, request) => of(request).answer(results, request),
  };
};

export const cloudEventsFamily: ClientFamily = {
  name: 'CloudEvents',
  routes: [{ at: 'POST /v1/cloudevents', takes: cloudEvents }],
  browserHeaders: [
    ...['authorization', 'content-type', 'x-write-key'],
    ...['specversion', 'id', 'source', 'type', 'time', 'subject', 'dataschema'].map((name) => `ce-${name}`),
  ],
};
