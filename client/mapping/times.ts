import { inRange, timestampOf } from '../../src/json/instants.ts';
import { CliError } from '../failure.ts';
import { monthOf, offsetOf, patternReader, type WallTime, wallTime } from './pattern.ts';
import { wallClock } from './zones.ts';

/** A field's value as its JSON text says: texts decoded, numbers to the digit. */
export type FieldValue = { kind: 'text' | 'number'; text: string } | { kind: 'other'; text: string };

/** How many digits of the number's whole part are behind the point once it is milliseconds. */
const units: Readonly<Record<string, number>> = { epoch_s: 3, epoch_ms: 0, epoch_us: -3, epoch_ns: -6 };

const decimal = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Milliseconds of an epoch number, to the digit: `shift` is 3 for seconds, -6 for nanoseconds. Cut, towards the past. */
const epochMs = (text: string, shift: number): number | undefined => {
  const plain = /[eE]/.test(text) ? inFull(text) : text;
  const [, sign, whole, fraction = ''] = decimal.exec(plain) ?? [];
  if (whole === undefined) return undefined;
  const digits =
    shift >= 0 ? whole + fraction.padEnd(shift, '0').slice(0, shift) : whole.slice(0, shift) || '0';
  const rest = shift >= 0 ? fraction.slice(shift) : whole.slice(shift) + fraction;
  const cut = BigInt(digits) + (sign === '-' && /[1-9]/.test(rest) ? 1n : 0n);
  return inRange(Number(sign === '-' ? -cut : cut));
};

/** `1.7e9` in full. */
const inFull = (text: string): string => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? String(number) : number.toFixed(3);
};

/** Seconds have ten digits since 2001 and eleven from the year 5138 on, milliseconds twelve since 1973, and so on. */
const unitOf = (text: string): number => {
  const size = Math.abs(Number(text));
  if (size < 1e11) return 3;
  if (size < 1e14) return 0;
  return size < 1e17 ? -3 : -6;
};

const zoneText = String.raw`\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?`;
const extended = new RegExp(
  String.raw`^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?${zoneText})?$`,
);
const basic = new RegExp(
  String.raw`^(\d{4})(\d{2})(\d{2})(?:[Tt](\d{2})(\d{2})(?:(\d{2})(?:[.,](\d+))?)?${zoneText})?$`,
);
const rfc1123 =
  /^(?:\p{L}{3},\s*)?(\d{1,2})[ -](\p{L}{3})[ -](\d{4}) (\d{2}):(\d{2}):(\d{2})\s+(GMT|UTC|[+-]\d{4})$/u;
const apache = /^\[?(\d{1,2})\/(\p{L}{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})\]?$/u;

const ofIso = (text: string): WallTime | undefined => {
  const match = extended.exec(text) ?? basic.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const offset = match[8] === undefined ? undefined : offsetOf(match[8]);
  if (match[8] !== undefined && offset === undefined) return undefined;
  return wallTime({ year, month, day, hour, minute, second, fraction: match[7] ?? '', offset });
};

const ofLogs = (text: string): WallTime | undefined => {
  const match = rfc1123.exec(text) ?? apache.exec(text);
  if (match === null) return undefined;
  const [, day, month = '', year, hour, minute, second, zone = ''] = match;
  return wallTime({
    year: Number(year),
    month: monthOf(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction: '',
    offset: offsetOf(zone),
  });
};

const readText = (text: string): WallTime | undefined => ofIso(text) ?? ofLogs(text);

const digitsOnly = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/;

/** 20261101, 202611010512, 20261101051207: a date, or a time of a year near ours, where the digits are one. Epoch numbers hardly are. */
const ofDigits = (text: string): WallTime | undefined => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (digitsOnly.exec(text) ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (text.length > 8 && (year < 1900 || year > 2099)) return undefined;
  return wallTime({ year, month, day, hour, minute, second, fraction: '', offset: undefined });
};

/** Epoch numbers come as texts out of files in which everything is text. Eight digits are a date. */
const epochText = /^[+-]?\d{9,}(\.\d+)?$/;

type InstantReader = (value: FieldValue) => number | undefined;

const readerOf = (format: string, zone: string): InstantReader => {
  const clock = wallClock(zone);
  const instant = (found: WallTime | undefined): number | undefined =>
    found && inRange(found.offset === undefined ? clock(found.wall) : found.wall - found.offset);
  const unit = units[format];
  if (unit !== undefined) return ({ text }) => epochMs(text, unit);
  if (format.includes('%')) {
    const read = patternReader(format);
    return ({ text }) => instant(read(text));
  }
  if (format !== 'auto')
    throw new CliError(
      `--format: "${format}" is not a time format.`,
      `Give ${['auto', ...Object.keys(units)].join(', ')}, or a pattern as strptime has it, such as "%d/%m/%Y %H:%M".`,
    );
  return ({ kind, text }) => {
    const trimmed = text.trim();
    const digits = kind === 'other' ? undefined : ofDigits(trimmed);
    if (digits !== undefined) return instant(digits);
    if (kind === 'number' || epochText.test(trimmed)) return epochMs(trimmed, unitOf(trimmed));
    return kind === 'text' ? instant(readText(trimmed)) : undefined;
  };
};

/** A time rule as a function: the one form of a time in an event, or undefined for what is not a time by this rule. */
export const timeReader = (rule: { format?: string | undefined; zone?: string | undefined }) => {
  const read = readerOf(rule.format ?? 'auto', rule.zone ?? 'UTC');
  return (value: FieldValue): string | undefined => {
    const ms = value.kind === 'other' ? undefined : read(value);
    return ms === undefined ? undefined : timestampOf(ms);
  };
};
