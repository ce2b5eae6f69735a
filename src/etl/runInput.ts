import { HeadraceError } from '../errors.ts';
import { isPartition, type Partition } from '../lake/partition.ts';
import { once } from '../once.ts';
import * as z from '../schema.ts';

/** What a person or the schedule asked of a run. */
export interface RunInput {
  /** hours, `to` exclusive; undefined: whatever is stale */
  range: { from: Partition; to: Partition } | undefined;
  /** build also what is built already */
  force: boolean;
  /** with force: leaves alone what was built since (ISO instant), so that a backfill can be taken up again */
  builtBefore: string | undefined;
  /** undefined: all */
  marts: string[] | undefined;
  /** hours for which late changes of a day that is over are gathered, see daysThatWait.ts; 0: they do not wait */
  pastDaysEveryHours: number;
}

type Rejection = (what: string) => HeadraceError;

const invalid = (what: string): HeadraceError =>
  new HeadraceError(
    'InvalidInput',
    `The input of the run is not valid: ${what}. Give {} for everything that is stale, or a range such as {"from":"2026-11-01T00","to":"2026-11-02T00"}.`,
  );

const shape = /* @__PURE__ */ once(() =>
  z.strictObject({
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    force: z.optional(z.boolean()),
    builtBefore: z.optional(z.iso.datetime({ offset: true })),
    marts: z.optional(z.array(z.string()).check(z.minLength(1))),
    pastDaysEveryHours: z.optional(z.int().check(z.minimum(0), z.maximum(24))),
  }),
);

/** An hour, or a day as its first hour. February 30th is neither. */
const hourOf = (field: string, text: string, refuse: Rejection): Partition => {
  const hour = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00` : text;
  if (isPartition(hour)) return hour;
  throw refuse(
    `"${field}" is ${JSON.stringify(text)}, but must be a UTC hour (2026-11-01T05) or a day (2026-11-01)`,
  );
};

/** What is wrong with an input, in a sentence; `known`: the fields it may have. */
export const faultIn = (error: z.core.$ZodError, known: string): string => {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `"${key}"`).join(', ');
    return `it has the unknown field ${names}; known are ${known}`;
  }
  const where = issue?.path.length ? `"${issue.path.join('.')}"` : 'it';
  return `${where} has the wrong form (${issue?.message ?? 'unknown'})`;
};

const KNOWN = '"from", "to", "force", "builtBefore", "marts" and "pastDaysEveryHours"';

/** Hours or days as people write them; what is wrong with them is thrown as `refuse` words it. */
export const hoursOf = (from: string, to: string, refuse: Rejection): { from: Partition; to: Partition } => {
  const range = { from: hourOf('from', from, refuse), to: hourOf('to', to, refuse) };
  if (range.from < range.to) return range;
  throw refuse(`"from" (${from}) must be before "to" (${to}), which is exclusive`);
};

const rangeOf = (from: string | undefined, to: string | undefined): RunInput['range'] => {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw invalid('"to" is there without "from"');
  if (to === undefined) throw invalid('"from" is there without "to" (which is exclusive)');
  return hoursOf(from, to, invalid);
};

/** Throws InvalidInput (says which field, and what it should be) or UnknownMart (lists the known). */
export const parseRunInput = (input: unknown, knownMarts: readonly string[]): RunInput => {
  const parsed = shape().safeParse(input);
  if (!parsed.success) throw invalid(faultIn(parsed.error, KNOWN));
  const { from, to, force = false, builtBefore, marts, pastDaysEveryHours = 0 } = parsed.data;
  const unknown = marts?.filter((mart) => !knownMarts.includes(mart)) ?? [];
  if (unknown.length > 0) {
    const message = `No mart is called ${unknown.join(', ')}. Known marts: ${knownMarts.join(', ')}.`;
    throw new HeadraceError('UnknownMart', message);
  }
  const range = rangeOf(from, to);
  if (force && range === undefined) throw invalid('"force" needs a range: "from" and "to"');
  if (pastDaysEveryHours > 0 && range !== undefined)
    throw invalid('"pastDaysEveryHours" is for runs without a range: what is asked for does not wait');
  if (builtBefore !== undefined && !force) throw invalid('"builtBefore" needs "force": true');
  // The ledger's own spelling of an instant, so that they compare as text.
  const since = builtBefore === undefined ? undefined : new Date(builtBefore).toISOString();
  return { range, force, builtBefore: since, marts, pastDaysEveryHours };
};
