import * as z from 'zod';
import { HeadraceError } from '../errors.ts';
import { isPartition, type Partition } from '../events/envelope.ts';

/** What a person or the schedule asked of a run. */
export interface RunInput {
  /** hours, `to` exclusive; undefined: whatever is dirty */
  range: { from: Partition; to: Partition } | undefined;
  /** build also what is built already */
  force: boolean;
  /** undefined: all */
  marts: string[] | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

const invalid = (what: string): HeadraceError =>
  new HeadraceError(
    'InvalidInput',
    `The input of the run is not valid: ${what}. Give {} for everything that is dirty, or a range such as {"from":"2026-11-01T00","to":"2026-11-02T00"}.`,
  );

const shape = z.strictObject({
  from: z.string().optional(),
  to: z.string().optional(),
  force: z.boolean().optional(),
  marts: z.array(z.string()).min(1).optional(),
});

/** An hour, or a day as its first hour. February 30th is neither. */
const hourOf = (field: string, text: string): Partition => {
  const hour = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00` : text;
  const exists = isPartition(hour) && new Date(`${hour}:00:00Z`).toISOString().startsWith(hour);
  if (exists) return hour;
  throw invalid(
    `"${field}" is ${JSON.stringify(text)}, but must be a UTC hour (2026-11-01T05) or a day (2026-11-01)`,
  );
};

const describe = (error: z.ZodError): string => {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key}"`).join(', ');
    return `it has the unknown field ${names}; known are "from", "to", "force" and "marts"`;
  }
  const where = issue?.path.length ? `"${issue.path.join('.')}"` : 'it';
  return `${where} has the wrong form (${issue?.message ?? 'unknown'})`;
};

const rangeOf = (from: string | undefined, to: string | undefined): RunInput['range'] => {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw invalid('"to" is there without "from"');
  if (to === undefined) throw invalid('"from" is there without "to" (which is exclusive)');
  const range = { from: hourOf('from', from), to: hourOf('to', to) };
  if (range.from < range.to) return range;
  throw invalid(`"from" (${from}) must be before "to" (${to}), which is exclusive`);
};

/** Throws InvalidInput (says which field, and what it should be) or UnknownMart (lists the known). */
export const parseRunInput = (input: unknown, knownMarts: readonly string[]): RunInput => {
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw invalid(describe(parsed.error));
  const { from, to, force = false, marts } = parsed.data;
  const unknown = marts?.filter((mart) => !knownMarts.includes(mart)) ?? [];
  if (unknown.length > 0) {
    const message = `No mart is called ${unknown.join(', ')}. Known marts: ${knownMarts.join(', ')}.`;
    throw new HeadraceError('UnknownMart', message);
  }
  const range = rangeOf(from, to);
  if (force && range === undefined) throw invalid('"force" needs a range: "from" and "to"');
  return { range, force, marts };
};
