import { parseExactly } from '../../json/exactNumbers.ts';
import { instantOf } from '../../json/instants.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { memberText } from '../../json/slices.ts';
import { once } from '../../once.ts';
import { json, notFound, segmentAnswer, segmentProblemAnswer } from '../answers.ts';
import type { DraftOf } from '../canonical.ts';
import { usableKey } from '../credentials.ts';
import { type KnownNames, knownOr, type Spellings, spellingsOf } from '../eventNames.ts';
import { rejection } from '../line.ts';
import { withOuter } from '../outer.ts';
import {
  type ClientFamily,
  type CollectorRequest,
  type Page,
  type Problem,
  type Protocol,
  problem,
  type Reading,
} from '../request.ts';
import { nothingShared, type Shared, sharedOf, withShared } from '../shared.ts';
import { elements, single } from '../split.ts';
import { type CallType, calls, callTypes, isCallType, protocolFields } from './segmentCalls.ts';

/** The payload with the members that belong to it, and with those nobody knows. */
const propertiesOf = (message: JsonObject, type: CallType): unknown => {
  const { payload, beside } = calls[type];
  const inside = message[payload] ?? {};
  if (!isObject(inside)) return inside;
  const own = Object.entries(message).filter(
    ([field]) => field !== payload && !protocolFields.has(field) && !(type === 'track' && field === 'event'),
  );
  // An absent category is often sent as null, which says no more than not sending it.
  const told = own.filter(([, value]) => value !== null);
  return withOuter(
    inside,
    // Own members only: every object has a `constructor` that is none.
    told.map(([field, value]) => [(Object.hasOwn(beside, field) && beside[field]) || field, value]),
  );
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0);

/**
 * `channel` and `integrations` say where a message came from and may go: they are kept beside the rest of the context.
 */
const contextOf = (message: JsonObject, shared: Shared): unknown => {
  const context = withShared(message.context, shared);
  if (!isObject(context)) return context;
  const told = ['channel', 'integrations'].filter(
    (field) => !isEmpty(message[field]) && !Object.hasOwn(context, field),
  );
  return told.length === 0
    ? context
    : { ...context, ...Object.fromEntries(told.map((field) => [field, message[field]])) };
};

/**
 * When it happened, and the sender's clock when it sent. A message with `receivedAt` has been through a server that
 * corrected its `timestamp` already (an archive being imported): correcting it again would move it to today.
 */
const timesOf = (message: JsonObject, shared: Shared): { time: unknown; sentAt: number | undefined } => {
  const time = message.timestamp ?? message.originalTimestamp;
  const corrected = !isEmpty(message.receivedAt);
  return { time, sentAt: corrected ? undefined : instantOf(message.sentAt ?? shared.sentAt) };
};

const draftOf =
  (fixed: CallType | undefined, known: Spellings, shared: Shared): DraftOf =>
  (message) => {
    const type = fixed ?? message.type ?? message.action;
    if (!isCallType(type)) return rejection('invalid_event', "the type is none of Segment's calls");
    const context = contextOf(message, shared);
    return {
      id: message.messageId,
      name: calls[type].eventName ?? knownOr(message.event, known),
      ...timesOf(message, shared),
      userId: message.userId,
      anonymousId: message.anonymousId,
      sessionId: isObject(context) ? context.sessionId : undefined,
      context,
      properties: propertiesOf(message, type),
    };
  };

const noObject = problem(400, 'invalid_json', 'The body must be a JSON object.');

const readBatch = (body: JsonObject, text: string, known: Spellings): Reading | Problem => {
  const batch = body.batch;
  if (!Array.isArray(batch)) return problem(400, 'invalid_batch', 'The body has no array called batch.');
  const shared = sharedOf(body, body.sentAt);
  if ('code' in shared) return shared;
  return {
    events: elements(batch, () => memberText(text, 'batch') ?? '[]', text),
    draftOf: draftOf(undefined, known, shared),
    writeKey: usableKey(body.writeKey),
  };
};

const readCall = (type: CallType, body: JsonObject, text: string, known: Spellings): Reading => ({
  events: [single(body, text.trim())],
  draftOf: draftOf(type, known, nothingShared),
  writeKey: usableKey(body.writeKey),
});

const ofACall = ['type', 'action', 'event', 'messageId', 'userId', 'anonymousId', 'properties', 'traits'];

/** Also at the path of a single call, where it would be one bad event otherwise. */
const isBatch = (body: JsonObject): boolean =>
  Array.isArray(body.batch) && !ofACall.some((field) => Object.hasOwn(body, field));

/**
 * Segment's HTTP API: `/v1/track`, `/v1/page` … with one message, `/v1/batch` with many (`batch`, and `sentAt`,
 * `context` for all). A batch is taken at any of the paths.
 *
 * A track call keeps its event's name, except that the spelling of a known type (`Order Completed`) becomes that type's
 * name; page → `page_view`, screen → `screen_view`, identify → `user_identified`, group → `group_identified`, alias →
 * `user_aliased`. Properties or traits become `properties`, with what stands beside them moved in (`name`, `category`,
 * `group_id`, `previous_id`, and fields nobody knows). `messageId` is the event's id; times are corrected by `sentAt`,
 * unless it is not a time. `context.sessionId` (RudderStack's) is the session. A write key may stand in the body as
 * `writeKey`, where browsers put it.
 */
export const segment = (call: CallType | 'batch', known: KnownNames) => {
  const spellings = once(() => spellingsOf(known));
  return {
    read: (text: string): Reading | Problem => {
      const body = parseExactly(text)?.value;
      if (!isObject(body)) return noObject;
      return call === 'batch' || isBatch(body)
        ? readBatch(body, text, spellings())
        : readCall(call, body, text, spellings());
    },
    answer: segmentAnswer,
    problemAnswer: segmentProblemAnswer,
    keyMembers: ['writeKey'],
  } satisfies Protocol;
};

/** Segment's libraries for browsers say only the first letter; those for Java send batches to `import`. */
const pathsOf = (call: CallType | 'batch'): string[] =>
  call === 'batch' ? [call, 'b', 'import'] : [call, call.charAt(0)];

/** The collector as the sender called it; undefined where no library could send to it. */
const ownHost = ({ headers }: CollectorRequest): { host: string; protocol: string } | undefined => {
  const host = headers.get('host') ?? '';
  if (!/^[\w.-]+(:\d+)?$/.test(host)) return undefined;
  return { host, protocol: headers.get('x-forwarded-proto') === 'http' ? 'http' : 'https' };
};

/**
 * What Segment's libraries for browsers and phones ask for before they send. It points them at this collector, loads no
 * destination and turns the library's own metrics off. The same for every key: whether one is valid, sending tells.
 */
const settings: Page = {
  page: (request, variables) => {
    const own = ownHost(request);
    const apiKey = usableKey(variables.get('writeKey'));
    if (own === undefined || apiKey === undefined) return notFound();
    const here = { apiKey, apiHost: `${own.host}/v1`, protocol: own.protocol };
    return json(
      200,
      {
        integrations: { 'Segment.io': here },
        plan: { track: { __default: { enabled: true } } },
        edgeFunction: {},
        metrics: { sampleRate: 0 },
      },
      { 'cache-control': 'private, max-age=3600' },
    );
  },
};

/** Counters of a library about itself. They are no events, and nobody looks at them. */
const libraryMetrics: Page = { page: () => json(200, { success: true }) };

export const segmentFamily = (known: KnownNames): ClientFamily => ({
  name: 'Segment',
  routes: [
    ...[...callTypes, 'batch' as const].flatMap((call) => {
      const takes = segment(call, known);
      return pathsOf(call).map((path) => ({ at: `POST /v1/${path}`, takes }));
    }),
    { at: 'GET /v1/projects/{writeKey}/settings', takes: settings },
    { at: 'POST /v1/m', takes: libraryMetrics },
  ],
  browserHeaders: ['authorization', 'content-type', 'x-retry-count'],
});
