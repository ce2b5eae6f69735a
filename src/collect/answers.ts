import { type Answer, type Problem, problem } from './request.ts';
import { type EventResult, tallyOf } from './results.ts';

/** Seconds. A throttled shard takes records again within one; clients add their own jitter. */
export const RETRY_AFTER = '2';

/** No browser shall take an answer for anything but JSON: an accepted event's id stands in it as it was sent. */
const asJson = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...asJson, ...headers },
  body: JSON.stringify(body),
});

/** `{"error":{"code","message"}}`, with Retry-After where trying again helps. */
export const problemAnswer = ({ status, code, message }: Problem): Answer => {
  const headers: Record<string, string> = status === 503 ? { 'retry-after': RETRY_AFTER } : {};
  if (status === 401) headers['www-authenticate'] = 'Basic realm="headrace"';
  return json(status, { error: { code, message } }, headers);
};

/** Of a path or a method that nobody has, in the words of API Gateway, which answers for those that never come here. */
export const notFound = (): Answer => json(404, { message: 'Not Found' });

export const throttling = problem(
  503,
  'throttled',
  'The stream cannot take more at the moment. Send the request again.',
);

const entryOf = (result: EventResult, index: number): object => {
  switch (result.status) {
    case 202:
      return { index, event_id: result.eventId, status: 202 };
    case 422:
      return { index, status: 422, reason: result.reason, detail: result.detail };
    case 503:
      // The id is given so that the second try of an event that had none does not become another event.
      return { index, event_id: result.eventId, status: 503, retry: true };
  }
};

/**
 * 202 all taken; 422 all rejected; 503 none taken, all to be sent again; else 207 and a result for each event.
 * A 422 entry is in quarantine and not to be sent again; a 503 entry is to be sent again.
 */
export const nativeAnswer = (results: readonly EventResult[]): Answer => {
  const tally = tallyOf(results);
  if (tally.accepted === results.length) return json(202, { accepted: tally.accepted });
  if (tally.throttled === results.length) return problemAnswer(throttling);
  const status = tally.refused === results.length ? 422 : 207;
  const body = { accepted: tally.accepted, refused: tally.refused, results: results.map(entryOf) };
  return json(status, body, tally.throttled > 0 ? { 'retry-after': RETRY_AFTER } : {});
};

/** To senders of CloudEvents a 207 is a success of the whole: so 503 if an event was not taken, else as for our own. */
export const cloudEventsAnswer = (results: readonly EventResult[]): Answer =>
  tallyOf(results).throttled > 0 ? problemAnswer(throttling) : nativeAnswer(results);

/**
 * What clients of Segment and RudderStack read. `code` and `message` stand at the top, too: RudderStack's library for
 * Python takes an answer without them for a broken connection, and sends the request ten times again.
 */
export const segmentProblemAnswer = (found: Problem): Answer => {
  const { status, headers } = problemAnswer(found);
  const { code, message } = found;
  return json(status, { code, message, error: { code, message } }, headers);
};

/**
 * Segment's SDKs know no partial answer: a 4xx makes them drop the whole batch, a 503 makes them send the whole again
 * (what was taken already comes out as duplicates, by messageId). So rejected events are 200: they are in quarantine.
 */
export const segmentAnswer = (results: readonly EventResult[]): Answer =>
  tallyOf(results).throttled > 0 ? segmentProblemAnswer(throttling) : json(200, { success: true });
