import { CliError } from '../failure.ts';

/** A time as a text says it: what the clock showed, as if it were UTC, and its offset if the text has one. Milliseconds. */
export interface WallTime {
  wall: number;
  offset: number | undefined;
}

interface TimeParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** digits of the fraction of a second */
  fraction: string;
  offset: number | undefined;
}

/** Undefined for what no calendar or clock shows. A second of 60 is a leap second. Fractions are cut, not rounded, to milliseconds. */
export const wallTime = (parts: TimeParts): WallTime | undefined => {
  const { year, month, day, hour, minute, second, fraction, offset } = parts;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return { wall: date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + ms, offset };
};

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const longMonths = 'january|february|march|april|may|june|july|august|september|october|november|december';

/** `jan`, `January` → 1; 0 for what is not a month. */
export const monthOf = (name: string): number => monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** `Z`, `UTC`, `+09`, `+0900`, `+09:00` → milliseconds. */
export const offsetOf = (text: string): number | undefined => {
  if (/^(z|utc|gmt)$/i.test(text)) return 0;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  if (sign === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};

type Fill = (found: TimeParts & { afternoon?: boolean }, text: string) => void;

/** The directives of strptime that say something of an instant. */
const directives: Readonly<Record<string, { matches: string; fill: Fill }>> = {
  Y: { matches: String.raw`\d{4}`, fill: (found, text) => Object.assign(found, { year: Number(text) }) },
  // As POSIX: 69 to 99 are of the last century.
  y: {
    matches: String.raw`\d{2}`,
    fill: (found, text) => Object.assign(found, { year: Number(text) + (Number(text) < 69 ? 2000 : 1900) }),
  },
  m: { matches: String.raw`\d{1,2}`, fill: (found, text) => Object.assign(found, { month: Number(text) }) },
  d: { matches: String.raw`\d{1,2}`, fill: (found, text) => Object.assign(found, { day: Number(text) }) },
  e: { matches: String.raw` ?\d{1,2}`, fill: (found, text) => Object.assign(found, { day: Number(text) }) },
  H: { matches: String.raw`\d{1,2}`, fill: (found, text) => Object.assign(found, { hour: Number(text) }) },
  I: {
    matches: '0?[1-9]|1[0-2]',
    fill: (found, text) => Object.assign(found, { hour: Number(text) % 12 }),
  },
  M: { matches: String.raw`\d{1,2}`, fill: (found, text) => Object.assign(found, { minute: Number(text) }) },
  S: { matches: String.raw`\d{1,2}`, fill: (found, text) => Object.assign(found, { second: Number(text) }) },
  f: { matches: String.raw`\d{1,9}`, fill: (found, text) => Object.assign(found, { fraction: text }) },
  p: {
    matches: '[AaPp]\\.?[Mm]\\.?',
    fill: (found, text) => Object.assign(found, { afternoon: /^p/i.test(text) }),
  },
  b: {
    matches: `(?:${longMonths}|${monthNames.join('|')})\\.?`,
    fill: (found, text) => Object.assign(found, { month: monthOf(text) }),
  },
  a: { matches: String.raw`\p{L}+\.?`, fill: () => {} },
  z: {
    matches: String.raw`[Zz]|[+-]\d{2}(?::?\d{2})?`,
    fill: (found, text) => Object.assign(found, { offset: offsetOf(text) }),
  },
  Z: { matches: 'UTC|GMT|Z', fill: (found) => Object.assign(found, { offset: 0 }) },
};

const aliases: Readonly<Record<string, string>> = {
  B: '%b',
  h: '%b',
  A: '%a',
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
};

const unknown = (format: string, letter: string): CliError =>
  new CliError(
    `The time format "${format}" has %${letter}, which is not known.`,
    `Known are ${[...Object.keys(directives), ...Object.keys(aliases)].map((one) => `%${one}`).join(' ')} and %%, as in strptime.`,
  );

const literal = (text: string): string => text.split(/\s+/).map(RegExp.escape).join('\\s+');

/** A pattern as strptime has it, `%d/%m/%Y %H:%M`, as a function. Throws CliError for one that says no day. */
export const patternReader = (format: string): ((text: string) => WallTime | undefined) => {
  const fills: Fill[] = [];
  const letters = new Set<string>();
  const spelled = format.replaceAll(/%([BhAFTRD])/g, (_, letter: string) => aliases[letter] ?? '');
  const pattern = spelled.split(/(%.)/s).map((piece) => {
    const letter = /^%(.)$/s.exec(piece)?.[1];
    if (letter === undefined) return literal(piece);
    if (letter === '%') return '%';
    const directive = directives[letter];
    if (directive === undefined) throw unknown(format, letter);
    letters.add(letter);
    fills.push(directive.fill);
    return `(${directive.matches})`;
  });
  const dated =
    (letters.has('Y') || letters.has('y')) &&
    (letters.has('m') || letters.has('b')) &&
    (letters.has('d') || letters.has('e'));
  if (!dated)
    throw new CliError(
      `The time format "${format}" does not say a day.`,
      'It needs a year (%Y or %y), a month (%m or %b) and a day (%d), such as %d/%m/%Y %H:%M.',
    );
  const expression = new RegExp(`^\\s*${pattern.join('')}\\s*$`, 'iu');
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const found = {
      year: 1970,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      second: 0,
      fraction: '',
      offset: undefined,
      afternoon: false,
    };
    for (const [index, fill] of fills.entries()) fill(found, match[index + 1] ?? '');
    return wallTime({ ...found, hour: found.hour + (found.afternoon && found.hour < 12 ? 12 : 0) });
  };
};
