import { isUtf8 } from 'node:buffer';
import {
  canonicalEvent,
  isLonger,
  MAX_FUTURE_MS,
  MAX_ID_LENGTH,
  MAX_NAME_LENGTH,
  type QuarantineRow,
  type RejectionReason,
  rejectedLine,
} from '../events/envelope.ts';
import { encodingGuess } from '../json/encoding.ts';
import { instantOf, isTimestamp } from '../json/instants.ts';
import { flawOf, isObject, type JsonObject, MAX_DEPTH, parseJson } from '../json/parse.ts';
import { type Partition, partitionOf } from '../lake/partition.ts';

/**
 * What a line of the stream is. `receivedAt` is null when the line does not tell. `unreadable`: the line is not JSON,
 * or no text even; null for JSON that is not an event, and for what the collector rejected and wrote down as it should.
 */
export type LineVerdict =
  | { event: true; partition: Partition }
  | {
      event: false;
      row: Omit<QuarantineRow, 'sequence' | 'received_at'>;
      receivedAt: string | null;
      unreadable: 'no_json' | 'no_text' | null;
    };

/** Number of fields of the envelope: all must be there, and no other. */
const FIELDS = 11;

const isText = (value: unknown, max: number): boolean =>
  typeof value === 'string' && value.length > 0 && !isLonger(value, max);

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

/**
 * Exactly what `canonicalEvent` takes, by hand: its parse costs several times JSON.parse, and this runs on every
 * line there is. A property test holds the two against each other.
 */
export const isCanonical = (value: JsonObject): boolean =>
  isText(value.event_id, MAX_ID_LENGTH) &&
  isText(value.event_name, MAX_NAME_LENGTH) &&
  isTimestamp(value.event_time) &&
  isTimestamp(value.received_at) &&
  isText(value.source, Number.POSITIVE_INFINITY) &&
  isTextOrNull(value.user_id) &&
  isTextOrNull(value.anonymous_id) &&
  isTextOrNull(value.session_id) &&
  isObject(value.context) &&
  isObject(value.properties) &&
  typeof value.schema_version === 'string' &&
  Object.keys(value).length === FIELDS;

const escapedBackslash = /\\\\/g;
const loneSurrogate =
  /\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][\da-fA-F]{2})\\u[dD][c-fC-F]/;

/** Half a character, escaped: valid JSON, but no text that Parquet could hold. */
const hasLoneSurrogate = (line: string): boolean =>
  line.includes('\\u') && loneSurrogate.test(line.replace(escapedBackslash, '__'));

/** Under `properties._outer`, where the collector may put a field of the event, it stands two levels deeper. */
const MOVED_LEVELS = 2;

/**
 * Whoever writes to the stream past the collector may nest as they like; readers of raw/ give up on a line at some
 * depth (Trino's parser at 1,000), and with it on the query. Counting what opens a level rules out almost every line.
 */
const isTooDeep = (line: string, value: JsonObject): boolean => {
  let opened = 0;
  for (const opener of ['{', '[']) {
    for (let at = line.indexOf(opener); at !== -1; at = line.indexOf(opener, at + 1)) opened += 1;
  }
  return opened > MAX_DEPTH + MOVED_LEVELS && flawOf(value, -MOVED_LEVELS) === 'too_deep';
};

const reject = (
  raw: string,
  reason: RejectionReason,
  detail: string,
  value: JsonObject = {},
  unreadable: 'no_json' | 'no_text' | null = null,
): LineVerdict => ({
  event: false,
  row: { reason, detail, raw, source: typeof value.source === 'string' ? value.source : null },
  receivedAt: isTimestamp(value.received_at) ? value.received_at : null,
  unreadable,
});

/** The line has a name and a time, but not the form that the collector gives an event: most likely it went past it. */
const notCanonical = (missing: readonly string[], detail: string): string => {
  const what =
    missing.length === 0
      ? 'event_time is a time, but not in the form 2026-11-01T05:10:00.000Z (UTC with milliseconds)'
      : `it is not a canonical event, ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return `${what}. Send events through the collector, which writes them so. (${detail})`;
};

/** The slow way, for a line that is known to be no canonical event: says which field is wrong, and how. */
const explain = (line: string, value: JsonObject): LineVerdict => {
  const canonical = canonicalEvent();
  const issues = canonical.safeParse(value).error?.issues ?? [];
  const detail = issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`).join('; ');
  const name = value.event_name;
  if (name === undefined || name === null || name === '')
    return reject(line, 'missing_event_name', detail, value);
  const time = value.event_time;
  const isTime = instantOf(time) !== undefined;
  const missing = Object.keys(canonical.shape).filter((field) => value[field] === undefined);
  if (missing.length > 1 && (isTime || time === undefined))
    return reject(line, 'invalid_event', notCanonical(missing, detail), value);
  if (!isTime) return reject(line, 'invalid_event_time', detail, value);
  if (!isTimestamp(time)) return reject(line, 'invalid_event', notCanonical(missing, detail), value);
  return reject(line, 'invalid_event', detail, value);
};

/** A rejection of the collector on its way to quarantine; one that is damaged is rejected for that. */
const rejectedByCollector = (line: string, value: JsonObject): LineVerdict => {
  const parsed = rejectedLine().safeParse(value);
  if (!parsed.success) return reject(line, 'invalid_event', 'A rejected line that is damaged.', value);
  const { refused, raw } = parsed.data;
  const { reason, detail, source, received_at } = refused;
  return { event: false, row: { reason, detail, raw, source }, receivedAt: received_at, unreadable: null };
};

export const isFuture = (eventTime: string, receivedAt: string): boolean =>
  // Both have the one form of a timestamp, so that their order is that of the texts; times are seldom ahead.
  eventTime > receivedAt && Date.parse(eventTime) - Date.parse(receivedAt) > MAX_FUTURE_MS;

/** Judges one line, without its \n. Never throws: what is not an event is a row of the quarantine. */
export const checkLine = (bytes: Buffer): LineVerdict => {
  if (!isUtf8(bytes)) {
    const detail = `The line must be UTF-8. It may be ${encodingGuess(bytes)}: raw holds its bytes in base64.`;
    return reject(bytes.toString('base64'), 'invalid_unicode', detail, {}, 'no_text');
  }
  const line = bytes.toString('utf8');
  const parsed = parseJson(line);
  if (parsed === undefined) return reject(line, 'invalid_json', 'The line must be JSON.', {}, 'no_json');
  const { value } = parsed;
  if (!isObject(value)) return reject(line, 'not_an_object', 'The line must be a JSON object.');
  if ('refused' in value) return rejectedByCollector(line, value);
  if (!isCanonical(value)) return explain(line, value);
  const { event_time: eventTime, received_at: receivedAt } = value;
  // Always so after isCanonical; says it to the compiler.
  if (typeof eventTime !== 'string' || typeof receivedAt !== 'string') return explain(line, value);
  if (hasLoneSurrogate(line)) {
    return reject(
      line,
      'invalid_unicode',
      'A string holds half of a surrogate pair, which is not a character.',
      value,
    );
  }
  if (isTooDeep(line, value)) {
    const detail = `The event is nested deeper than ${MAX_DEPTH + MOVED_LEVELS} levels.`;
    return reject(line, 'invalid_event', detail, value);
  }
  if (isFuture(eventTime, receivedAt)) {
    return reject(line, 'future_event_time', `${eventTime} is more than 1 h after ${receivedAt}.`, value);
  }
  return { event: true, partition: partitionOf(eventTime) };
};
