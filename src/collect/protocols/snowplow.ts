import { parseExactly } from '../../json/exactNumbers.ts';
import { isObject, type JsonObject } from '../../json/parse.ts';
import { memberText } from '../../json/slices.ts';
import { problemAnswer, throttling } from '../answers.ts';
import { usableKey, writeKeyOf } from '../credentials.ts';
import { rejection } from '../line.ts';
import {
  type Answer,
  type ClientFamily,
  type CollectorRequest,
  type Problem,
  type Protocol,
  problem,
  type Reading,
} from '../request.ts';
import { type EventResult, tallyOf } from '../results.ts';
import type { SentEvent } from '../sentEvent.ts';
import { elements } from '../split.ts';
import { draftOf, HIDDEN_KEY } from './snowplowDraft.ts';
import { textOf, unpacked } from './snowplowPayload.ts';

const withUnpacked = (sent: SentEvent): SentEvent =>
  isObject(sent.value) ? { ...sent, value: unpacked(sent.value), wellFormed: false } : sent;

/** The app id, where no header has a key. */
const keyIn = (request: CollectorRequest, aid: unknown): string | undefined =>
  writeKeyOf(request) === undefined ? usableKey(aid) : undefined;

const otherKey = rejection(
  'invalid_event',
  'the app id (aid) is another one than that of the first event of the request',
);

/** A request has one source: an event with the write key of another is rejected, and its key hidden. */
const withOneKey = (sent: SentEvent, key: string): SentEvent => {
  const aid = isObject(sent.value) ? textOf(sent.value.aid) : undefined;
  if (aid === undefined || aid === key) return sent;
  return {
    ...sent,
    flaw: otherKey,
    value: { ...Object(sent.value), aid: HIDDEN_KEY },
    text: () => sent.text().replaceAll(JSON.stringify(aid), JSON.stringify(HIDDEN_KEY)),
  };
};

const readingOf = (request: CollectorRequest, events: readonly SentEvent[]): Reading => {
  const [first] = events;
  const writeKey = keyIn(request, isObject(first?.value) ? first.value.aid : undefined);
  const ofOneKey = writeKey === undefined ? events : events.map((event) => withOneKey(event, writeKey));
  return {
    events: ofOneKey.map(withUnpacked),
    draftOf: draftOf(writeKey, request.headers.get('user-agent')),
    writeKey,
  };
};

const read = (text: string, _lines: boolean, request: CollectorRequest): Reading | Problem => {
  const body = parseExactly(text)?.value;
  if (!isObject(body)) return problem(400, 'invalid_json', 'The body must be a JSON object.');
  if (!Array.isArray(body.data)) {
    return problem(
      400,
      'invalid_batch',
      'The body must be Snowplow\'s payload_data: {"schema":"iglu:…","data":[…]}.',
    );
  }
  return readingOf(
    request,
    elements(body.data, () => memberText(text, 'data') ?? '[]', text),
  );
};

/** The parameters of a pixel's address, in the form of a payload. */
const ofPixel = ({ query }: CollectorRequest): SentEvent => {
  const value: JsonObject = Object.fromEntries(query ?? []);
  return { value, wellFormed: true, text: () => JSON.stringify(value) };
};

/** The answers of Snowplow's collectors may be kept nowhere. */
const uncached = {
  'cache-control': 'no-cache, no-store, must-revalidate',
  'x-content-type-options': 'nosniff',
};

/** Trackers send a whole request again after any answer but 2xx and 400, 401, 403, 410, 422. Rejected events are 200. */
const orBusy = (results: readonly EventResult[], taken: Answer): Answer =>
  tallyOf(results).throttled > 0 ? problemAnswer(throttling) : taken;

/** A request that can never be taken is 400: trackers would send it again for good after 413 and 415. */
const finalAnswer = (found: Problem): Answer =>
  problemAnswer(found.status === 413 || found.status === 415 ? { ...found, status: 400 } : found);

const ok: Answer = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...uncached },
  body: 'ok',
};

/** One transparent pixel. */
const pixel: Answer = {
  status: 200,
  headers: { 'content-type': 'image/gif', ...uncached },
  body: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  isBase64Encoded: true,
};

/** `POST /com.snowplowanalytics.snowplow/tp2`: payloads, most of whose values are text. */
const snowplowPost: Protocol = {
  read,
  answer: (results) => orBusy(results, ok),
  problemAnswer: finalAnswer,
  keyMembers: ['aid'],
};

/** `GET /i`: one payload as the parameters of an image's address. */
const snowplowPixel: Protocol = {
  read: (_text, _lines, request) => readingOf(request, [ofPixel(request)]),
  answer: (results) => orBusy(results, pixel),
  problemAnswer: finalAnswer,
  keyMembers: [],
  keyOf: (request) => keyIn(request, request.query?.get('aid')),
};

/**
 * Snowplow's trackers, by version 2 of their protocol. The write key is the app id, or stands in a header.
 *
 * `pv` → `page_view`, `pp` → `page_ping`, `se` → `structured_event`, `tr` → `transaction`, `ti` → `transaction_item`; a
 * self-describing event has the name of its schema, and its data become the properties. `eid` is the id; `dtm`, corrected
 * by `stm`, or `ttm` is the time. Contexts are kept whole in `context.snowplow.contexts`, and every other parameter by
 * its own name in `context.snowplow`.
 */
export const snowplowFamily: ClientFamily = {
  name: 'Snowplow',
  routes: [
    { at: 'POST /com.snowplowanalytics.snowplow/tp2', takes: snowplowPost },
    { at: 'GET /i', takes: snowplowPixel },
  ],
  browserHeaders: ['content-type', 'x-write-key'],
};
