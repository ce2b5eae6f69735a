import { z } from 'zod';
import type { Json, JsonObject } from './values.ts';

/**
 * Where an execution, a branch or an item stands that has not come to its end: the state that was entered and not left,
 * or that would have been next. It is JSON, so that a host can keep it until the execution goes on.
 */
export interface Standing {
  state: string;
  /** of the state, as it came */
  input: Json;
  variables: JsonObject;
  /** id of the event that the next one follows */
  after: number;
  /** ms since the epoch; absent: the state is entered when it goes on */
  enteredAt?: number | undefined;
  /** of a Parallel or an inline Map: its last attempt; absent: it makes a new one */
  parts?: StandingParts | undefined;
  /** a distributed Map whose run had begun */
  mapRun?: boolean | undefined;
}

/** Of the branches or items that have begun: its output where one has ended well, else where it stands. */
export interface StandingParts {
  /** id of the event that says that the attempt began */
  startedId: number;
  begun: { index: number; output?: Json | undefined; at?: Standing | undefined }[];
}

/** For reading it back. */
export const standing: z.ZodType<Standing> = z.lazy(() =>
  z.object({
    state: z.string(),
    input: z.json(),
    variables: z.record(z.string(), z.json()),
    after: z.number(),
    enteredAt: z.number().optional(),
    parts: z
      .object({
        startedId: z.number(),
        begun: z.array(z.object({ index: z.number(), output: z.json().optional(), at: standing.optional() })),
      })
      .optional(),
    mapRun: z.boolean().optional(),
  }),
);

/** The name of a distributed Map whose run had begun; undefined where there is none. */
export const mapRunIn = ({ state, mapRun, parts }: Standing): string | undefined => {
  if (mapRun === true) return state;
  for (const { at } of parts?.begun ?? []) {
    const found = at && mapRunIn(at);
    if (found !== undefined) return found;
  }
  return undefined;
};
