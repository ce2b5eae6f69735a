/** The time zone of everything that is stored, and of a stage's marts unless it has another one. */
export const UTC = 'UTC';

export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

/**
 * How a time is spelled. Engines that build tables read times by the same expressions (src/tables/typing): so they keep
 * to what JavaScript and RE2 understand alike.
 */
export const timeSyntax = {
  // Date, then optionally time (seconds and any fraction optional), then optionally an offset.
  iso: String.raw`^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?)?$`,
  /** ISO 8601 without separators, `20261101T051000Z`: what it begins with, and the same with separators. */
  basic: String.raw`^(\d{4})(\d{2})(\d{2})[Tt](\d{2})(\d{2})(\d{2})`,
  /** A JSON number: sign, integer, fraction, exponent. */
  number: String.raw`^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$`,
  /** What may stand around a text: the whitespace that String.trim removes. */
  space:
    '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff',
} as const;

const iso = new RegExp(timeSyntax.iso);
const basic = new RegExp(timeSyntax.basic);
const number = new RegExp(timeSyntax.number);

/**
 * What an epoch number counts, by its size, and the power of ten that makes milliseconds of it: below 10^11 seconds
 * (until the year 5138), below 10^14 milliseconds (from March 1973 on), then microseconds and nanoseconds.
 */
export const epochUnits = [
  { digits: 11, toMs: 3 },
  { digits: 14, toMs: 0 },
  { digits: 17, toMs: -3 },
  { digits: 20, toMs: -6 },
] as const;

// 0000-01-01 to 9999-12-31: what an RFC 3339 text can say.
export const FIRST_INSTANT = -62_167_219_200_000;
export const LAST_INSTANT = 253_402_300_799_999;

/** The instant itself, or undefined if RFC 3339 has no text for it. */
export const inRange = (ms: number): number | undefined =>
  ms >= FIRST_INSTANT && ms <= LAST_INSTANT ? ms : undefined;

/**
 * By its decimal digits, as times in text are read: a double would round 1793534399.9999999 into the next hour, and
 * 1793534399.001 down to the millisecond before. Cut towards the past, so that a time before 1970 is the same both
 * ways.
 */
const fromEpoch = (text: string): number | undefined => {
  const [whole, sign = '', integer = '', fraction = '', exponent = '0'] = number.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = (integer + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  // The number is 0.<digits> times ten to this power.
  const size = digits.length - fraction.length + Number(exponent);
  const unit = epochUnits.find((one) => size <= one.digits);
  if (unit === undefined) return undefined;
  const kept = Math.max(0, size + unit.toMs);
  const ms = Number(digits.slice(0, kept).padEnd(kept, '0'));
  const cut = size + unit.toMs < 0 || /[1-9]/.test(digits.slice(kept));
  return inRange(sign === '' ? ms : -ms - Number(cut));
};

// Month and day, then the time of day.
const days = String.raw`(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31`;
const timeOfDay = String.raw`T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z`;
const ofAnyYear = new RegExp(String.raw`^\d{4}-(?:${days})${timeOfDay}$`);
const ofLeapYears = new RegExp(`^(\\d\\d)(\\d\\d)-02-29${timeOfDay}$`);

const isOnLeapDay = (text: string): boolean => {
  const [, century, year] = ofLeapYears.exec(text) ?? [];
  return Number(year === '00' ? century : year) % 4 === 0;
};

/**
 * Whether a value is a time as `timestampOf` writes it, so that it neither has to be taken apart nor written anew:
 * most senders give theirs so. It runs on every event several times; one regular expression is the fastest way.
 */
export const isTimestamp = (value: unknown): value is string =>
  typeof value === 'string' && (ofAnyYear.test(value) || isOnLeapDay(value));

/** Whether there is such a day, written as 2026-11-01. */
export const isDay = (day: string): boolean => isTimestamp(`${day}T00:00:00.000Z`);

const fromText = (text: string): number | undefined => {
  const parts = iso.exec(text.trim().replace(basic, '$1-$2-$3T$4:$5:$6'));
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
 * UTC; a date alone: its midnight), or epoch seconds, milliseconds, microseconds or nanoseconds as a number. Undefined
 * for anything else. Typed columns read times the same way: src/tables/typing, held together by a test.
 */
export const instantOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return isTimestamp(value) ? Date.parse(value) : fromText(value);
  if (typeof value === 'number') return fromEpoch(String(value));
  return JSON.isRawJSON(value) ? fromEpoch(value.rawJSON) : undefined;
};

/** RFC 3339, UTC, milliseconds: the one form of a time in a canonical event. */
export const timestampOf = (ms: number): string => new Date(ms).toISOString();

/** The day (UTC) of an instant: 2026-11-01. */
export const utcDay = (ms: number): string => timestampOf(ms).slice(0, 10);
