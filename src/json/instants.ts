export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

// Date, then optionally time (seconds and any fraction optional), then optionally an offset.
const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?)?$/;

/** Epoch numbers up to here are seconds (until the year 5138), larger ones milliseconds (from March 1973 on). */
const MAX_EPOCH_SECONDS = 1e11;

// 0000-01-01 to 9999-12-31: what an RFC 3339 text can say.
const FIRST_INSTANT = -62_167_219_200_000;
const LAST_INSTANT = 253_402_300_799_999;

/** The instant itself, or undefined if RFC 3339 has no text for it. */
export const inRange = (ms: number): number | undefined =>
  ms >= FIRST_INSTANT && ms <= LAST_INSTANT ? ms : undefined;

const fromEpoch = (value: number): number | undefined =>
  inRange(Math.floor(Math.abs(value) < MAX_EPOCH_SECONDS ? value * 1000 : value));

// Month and day, then the time of day. The 29th of February is left to those who know the year.
const days = String.raw`(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31`;
const timestamp = new RegExp(String.raw`^\d{4}-(?:${days})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$`);

/**
 * Whether a value is a time as `timestampOf` writes it, so that it neither has to be taken apart nor written anew:
 * most senders give theirs so. Of a few that are (leap days) it is not known.
 */
export const isTimestamp = (value: unknown): value is string =>
  typeof value === 'string' && timestamp.test(value);

const fromText = (text: string): number | undefined => {
  const parts = iso.exec(text.trim());
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const offset = Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0);
  // A second of 60 is a leap second, and runs over into the next minute.
  if (hour > 23 || minute > 59 || second > 60 || offset >= 24 * 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  // Cut, not rounded: an event must not slip into the next hour, which is another partition.
  const ms = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  return inRange(local - (parts[8] === '-' ? -offset : offset) * 60_000);
};

/**
 * Epoch milliseconds of what senders give as a time: ISO 8601 text of any precision and offset (without an offset:
 * UTC; a date alone: its midnight), epoch seconds or epoch milliseconds as a number. Undefined for anything else.
 */
export const instantOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return isTimestamp(value) ? Date.parse(value) : fromText(value);
  if (typeof value === 'number') return fromEpoch(value);
  return JSON.isRawJSON(value) ? fromEpoch(Number(value.rawJSON)) : undefined;
};

/** RFC 3339, UTC, milliseconds: the one form of a time in a canonical event. */
export const timestampOf = (ms: number): string => new Date(ms).toISOString();

/** The day (UTC) of an instant: 2026-11-01. */
export const utcDay = (ms: number): string => timestampOf(ms).slice(0, 10);
