import { parseJson } from '../json/parse.ts';
import { once } from '../once.ts';
import * as z from '../schema.ts';

/** What Catch puts at its ResultPath. A timeout comes without a cause. */
export const caught = /* @__PURE__ */ once(() =>
  z.object({ Error: z.string(), Cause: z._default(z.string(), '') }),
);

/** A Lambda's failure: its message, name and stack. */
const ofFunction = /* @__PURE__ */ once(() => z.object({ errorMessage: z.string() }));

/** A query's failure: all of its QueryExecution. */
const ofQuery = /* @__PURE__ */ once(() => z.object({ Status: z.object({ StateChangeReason: z.string() }) }));

/** The sentence a person wants to read out of the JSON that causes mostly are; any other cause as it is. */
export const readableCause = (cause: string): string => {
  const value = parseJson(cause)?.value;
  const failed = ofFunction().safeParse(value).data;
  return failed?.errorMessage ?? ofQuery().safeParse(value).data?.Status.StateChangeReason ?? cause;
};
