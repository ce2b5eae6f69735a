/** What to do about a time that cannot be read, where the form shows what was meant. */

const FORMS = 'neither ISO 8601 text nor epoch seconds or milliseconds';

/** 16 digits and 19 digits: what clocks of machines count in. */
const SMALLER_UNITS: readonly (readonly [number, string, string])[] = [
  [1e17, 'nanoseconds', '1,000,000'],
  [1e14, 'microseconds', '1,000'],
];

const ofNumber = (value: number): string => {
  const [, unit = '', by = ''] = SMALLER_UNITS.find(([least]) => Math.abs(value) >= least) ?? [];
  return unit === '' ? FORMS : `in epoch ${unit}: divide it by ${by}`;
};

const textForms: readonly (readonly [RegExp, string])[] = [
  [/^(?:19|20)\d{6}(?:T|\d{6}|$)/, 'ISO 8601 without its dashes and colons: write 2026-11-01T09:30:00Z'],
  [/^[+-]?\d{9,}(?:\.\d+)?$/, 'a number in quotes: send epoch seconds or milliseconds without the quotes'],
  [
    /^(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{2,4} /,
    'in the form of HTTP dates: write 2026-11-01T09:30:00Z',
  ],
  [/^\[?\d{1,2}\/[A-Za-z]{3}\/\d{4}:/, 'in the form of access logs: write 2026-11-01T09:30:00Z'],
  [
    /^\d{1,4}[/.]\d{1,2}[/.]\d{1,4}/,
    'with slashes or dots: write 2026-11-01T09:30:00Z, year, month and day in this order',
  ],
  [/[T ]24:/, 'at an hour 24: write 00:00 of the next day'],
];

/** Completes "the event time is …". */
export const timeAdvice = (value: unknown): string => {
  if (typeof value === 'number') return ofNumber(value);
  if (JSON.isRawJSON(value)) return ofNumber(Number(value.rawJSON));
  if (typeof value !== 'string') return FORMS;
  return textForms.find(([form]) => form.test(value.trim()))?.[1] ?? FORMS;
};

/** Whether a text says a time of day and no zone, so that it was read as UTC. */
export const lacksZone = (value: unknown): boolean =>
  typeof value === 'string' && /\d[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*$/i.test(value);
