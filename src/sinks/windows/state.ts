import { once } from '../../once.ts';
import * as z from '../../schema.ts';

/**
 * What Lambda passes from one call of a window to the next: all that has been counted since the window began, or since
 * its last part was written. `{}` at the beginning of both.
 */

/** By measure: a count, a sum of doubles; the text of an exact sum, in units of its last digit; a sketch. */
const groupValues = once(() => z.record(z.string(), z.union([z.number(), z.string(), z.array(z.number())])));

/** By window, and in it by the JSON of the group's values. */
const groups = once(() => z.record(z.string(), z.record(z.string(), groupValues())));

const counted = once(() =>
  z.object({
    /** sequence numbers of the first and the last record that is in it */
    first: z.string(),
    last: z.string(),
    /** when the collector took the newest of its events; the empty text where it has none */
    newest: z.string(),
    events: z.number(),
    rejected: z.number(),
    groups: groups(),
  }),
);

/** Sketches are never changed in place: each event that adds to one makes another. */
export type GroupValues = Record<string, number | string | readonly number[]>;
export type Counted = Omit<z.infer<ReturnType<typeof counted>>, 'groups'> & {
  groups: Record<string, Record<string, GroupValues>>;
};
export type WindowState = Counted | Record<string, never>;

/**
 * The state of an invocation. Undefined for `{}`, with which a window, or what is left of it, begins; and for one of
 * another Headrace, which cannot be gone on with: the window loses what it held, and the build replaces it.
 */
export const countedIn = (state: unknown): Counted | undefined => counted().safeParse(state).data;
