/** What to do about a time that cannot be read, where the form shows what was meant. */

const FORMS =
  'neither ISO 8601 text nor a number of seconds, milliseconds, microseconds or nanoseconds since 1970';

const textForms: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:19|20)\d{6}(?:[Tt]|\d{6}|$)/,
    'a date and time without separators that is not complete: write 20261101T093000Z or 2026-11-01T09:30:00Z',
  ],
  [/^[+-]?\d{9,}(?:\.\d+)?$/, 'a number in quotes: send it without the quotes'],
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

/** Completes "the event time is …" and "sent_at is …". */
export const timeAdvice = (value: unknown): string =>
  typeof value === 'string' ? (textForms.find(([form]) => form.test(value.trim()))?.[1] ?? FORMS) : FORMS;

/** Whether a text says a time of day and no zone, so that it was read as UTC. */
export const lacksZone = (value: unknown): boolean =>
  typeof value === 'string' &&
  /(?:\d[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?|\d{8}T\d{6}(?:[.,]\d+)?)\s*$/i.test(value);
