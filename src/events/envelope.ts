import { once } from '../once.ts';
import * as z from '../schema.ts';

/** Version of the envelope below, written into every event. */
export const SCHEMA_VERSION = '1';

/** Longest event id and event name, in characters: code points, as JSON Schema and zod count them. */
export const MAX_ID_LENGTH = 256;
export const MAX_NAME_LENGTH = 128;

/** Counts only what may be too long: no text has more characters than UTF-16 units. */
export const isLonger = (text: string, max: number): boolean => text.length > max && [...text].length > max;

/** An event may be this far ahead of the collector's clock before it is rejected: clocks of phones drift. */
export const MAX_FUTURE_MS = 60 * 60 * 1000;

const timestamp = /* @__PURE__ */ once(() => z.iso.datetime({ precision: 3 }));

/**
 * The canonical event: one JSON object on one line, fields in this order. Everything the collector accepts becomes
 * this before it touches the stream. `context` and `properties` are kept as they were sent. Made on first use: almost
 * every line is checked by hand (isCanonical), and a cold start would wait for it.
 */
export const canonicalEvent = /* @__PURE__ */ once(() =>
  z.strictObject({
    event_id: z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH)),
    event_name: z.string().check(z.minLength(1), z.maxLength(MAX_NAME_LENGTH)),
    event_time: timestamp(),
    received_at: timestamp(),
    source: z.string().check(z.minLength(1)),
    user_id: z.nullable(z.string()),
    anonymous_id: z.nullable(z.string()),
    session_id: z.nullable(z.string()),
    context: z.record(z.string(), z.unknown()),
    properties: z.record(z.string(), z.unknown()),
    schema_version: z.string(),
  }),
);

export type CanonicalEvent = z.infer<ReturnType<typeof canonicalEvent>>;

/** Why an event could not become a row of the table. A closed union: it is a column of the quarantine table. */
export const rejectionReasons = [
  'invalid_json', // a line that does not parse
  'not_an_object', // JSON, but no object
  'invalid_event', // a field of the envelope is missing, empty, too long or of the wrong type
  'missing_event_name',
  'invalid_event_time', // a time that is not a time
  'future_event_time', // more than MAX_FUTURE_MS ahead of received_at
  'old_event_time', // longer before received_at than the stage takes (param maxEventAgeDays)
  'event_too_large',
  'contract_violation', // contradicts the contract of its type, whose file says strict: reject
  'invalid_unicode', // not UTF-8, or a lone surrogate that no Parquet string can hold
  'refused_by_postgres', // in the table events, but a value of it is none that PostgreSQL takes
  'not_ndjson', // a record of the stream that is not NDJSON at all
] as const;

export type RejectionReason = (typeof rejectionReasons)[number];

/**
 * A rejected event on its way to quarantine: it travels in the same stream, as a line of this shape, so that
 * what a known sender sent is never dropped. `raw` is the event's text as it came.
 */
export const rejectedLine = /* @__PURE__ */ once(() =>
  z.strictObject({
    refused: z.strictObject({
      reason: z.enum(rejectionReasons),
      detail: z.string(),
      source: z.string(),
      received_at: timestamp(),
    }),
    raw: z.string(),
  }),
);

export type RejectedLine = z.infer<ReturnType<typeof rejectedLine>>;

/**
 * A row of quarantine/…ndjson.gz. `sequence` is the Kinesis sequence number, or the raw object's key for rows that a
 * build rejected.
 */
export interface QuarantineRow {
  reason: RejectionReason;
  detail: string;
  raw: string;
  source: string | null;
  received_at: string;
  sequence: string;
}
