import { parseExactly } from '../../json/exactNumbers.ts';
import { isObject, isTooDeep, type JsonObject, MAX_DEPTH } from '../../json/parse.ts';
import { json, problemAnswer, throttling } from '../answers.ts';
import { typeOf } from '../body.ts';
import type { DraftOf } from '../canonical.ts';
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
import { ENOUGH } from '../split.ts';
import { type Common, commonOf, eventOf } from './openTelemetryRecords.ts';

const draftOf: DraftOf = (event) => ({
  id: event.event_id,
  name: event.event_name,
  time: event.event_time,
  sentAt: undefined,
  userId: event.user_id,
  anonymousId: event.anonymous_id,
  sessionId: event.session_id,
  context: event.context,
  properties: event.properties,
});

const notLogs = problem(
  400,
  'invalid_batch',
  'The body must be logs of OTLP: {"resourceLogs":[{"scopeLogs":[{"logRecords":[…]}]}]}.',
);

/** The objects of a list; an absent list is empty. Undefined: it is no list of objects. */
const objectsOf = (list: unknown): JsonObject[] | undefined => {
  if (list === undefined || list === null) return [];
  return Array.isArray(list) && list.every(isObject) ? list : undefined;
};

interface Scope {
  common: Common;
  records: readonly unknown[];
}

/** Of each resource its scopes, of each scope its records. Undefined: one of the three lists is none. */
const scopesOf = (body: JsonObject): Scope[] | undefined => {
  const resources = objectsOf(body.resourceLogs)?.map((ofResource) =>
    objectsOf(ofResource.scopeLogs)?.map((ofScope) => {
      const records = ofScope.logRecords ?? [];
      return Array.isArray(records) ? { common: commonOf(ofResource, ofScope), records } : undefined;
    }),
  );
  const scopes = resources?.flatMap((ofResource) => ofResource ?? [undefined]) ?? [undefined];
  const whole = scopes.filter((scope) => scope !== undefined);
  return whole.length === scopes.length ? whole : undefined;
};

const sentEvent = (record: unknown, common: Common, seen: Map<string, number>): SentEvent => {
  const value = isObject(record) ? eventOf(record, common, seen) : record;
  return { value, wellFormed: false, text: () => JSON.stringify(value) };
};

const protobuf = problem(
  415,
  'unsupported_media_type',
  'Logs are taken in JSON. Set OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http/json, or encoding: json in the otlphttp exporter of an OpenTelemetry Collector.',
);

const isProtobuf = (request: CollectorRequest): boolean => /protobuf|grpc/.test(typeOf(request));

/** OTLP has four levels for each of a value's; an event that is still too deep is rejected by itself. */
const SPARE_LEVELS = MAX_DEPTH * 4;

const tooDeep = problem(400, 'invalid_batch', 'The body is nested too deep.');

const read = (text: string, _lines: boolean, request: CollectorRequest): Reading | Problem => {
  if (isProtobuf(request)) return protobuf;
  const body = parseExactly(text)?.value;
  if (!isObject(body)) return problem(400, 'invalid_json', 'The body must be a JSON object.');
  if (isTooDeep(body, -SPARE_LEVELS)) return tooDeep;
  const scopes = scopesOf(body);
  if (scopes === undefined) return notLogs;
  const records = scopes.flatMap(({ common, records: ofScope }) =>
    ofScope.slice(0, ENOUGH).map((record) => ({ record, common })),
  );
  const seen = new Map<string, number>();
  return {
    events: records.slice(0, ENOUGH).map(({ record, common }) => sentEvent(record, common, seen)),
    draftOf,
  };
};

/** Codes of gRPC, which a Status has. */
const statusCodes: Readonly<Record<Problem['status'], number>> = { 400: 3, 401: 16, 413: 3, 415: 3, 503: 14 };

const statusAnswer = (found: Problem): Answer => ({
  ...problemAnswer(found),
  body: JSON.stringify({ code: statusCodes[found.status], message: found.message }),
});

const rejectedAnswer = (results: readonly EventResult[]): Answer => {
  const rejected = results.filter((result) => result.status === 422);
  const details = [...new Set(rejected.map(({ reason, detail }) => `${reason}: ${detail}`))];
  const others = details.length - 1;
  const more = others === 0 ? '' : `; and ${others} other reason${others === 1 ? '' : 's'}`;
  const errorMessage = `${details[0]}${more}. Rejected records are in quarantine.`;
  return json(200, { partialSuccess: { rejectedLogRecords: String(rejected.length), errorMessage } });
};

/**
 * An exporter sends a whole request again, or nothing of it: so 503 if a record was not taken (the others come out as
 * duplicates by their ids). Rejected records are counted, and not to be sent again.
 */
const answer = (results: readonly EventResult[]): Answer => {
  const tally = tallyOf(results);
  if (tally.throttled > 0) return statusAnswer(throttling);
  return tally.refused === 0 ? json(200, {}) : rejectedAnswer(results);
};

/**
 * OTLP/HTTP logs in JSON: each log record with an event name is an event.
 *
 * `eventName`, or the attribute `event.name`, is the name. Attributes become the properties, and so do the members of a
 * body that is a map; any other body is the property `body`. The attributes `user.id`, `session.id` and the like fill the
 * columns of the ids. Resource, scope and the rest of the record are kept in `context.otel`. A record without an event
 * name is rejected: it is a line of a log.
 */
const openTelemetry: Protocol = {
  read,
  readBytes: (_bytes, _lines, request) => (isProtobuf(request) ? protobuf : undefined),
  answer,
  problemAnswer: statusAnswer,
  keyMembers: [],
};

export const openTelemetryFamily: ClientFamily = {
  name: 'OpenTelemetry',
  routes: [{ at: 'POST /v1/logs', takes: openTelemetry }],
  browserHeaders: ['authorization', 'content-type', 'x-write-key'],
};
