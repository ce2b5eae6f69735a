import { parseJson } from '../json/parse.ts';
import { once } from '../once.ts';
import * as z from '../schema.ts';

/** Longest cause that is kept: it stands in the ledger, in reports and in the machine's state. */
const MAX_CAUSE = 300;

/** What Catch puts at its ResultPath. A timeout comes without a cause. */
export const caught = /* @__PURE__ */ once(() =>
  z.object({ Error: z.string(), Cause: z._default(z.string(), '') }),
);

/** A Lambda's failure: its message, name and stack. */
const ofFunction = /* @__PURE__ */ once(() => z.object({ errorMessage: z.string() }));

/** A query's failure: all of its QueryExecution. */
const ofQuery = /* @__PURE__ */ once(() => z.object({ Status: z.object({ StateChangeReason: z.string() }) }));

/** A run of another machine that failed: all of its execution, whose own cause may be of any of these kinds. */
const ofRun = /* @__PURE__ */ once(() => z.object({ ExecutionArn: z.string(), Cause: z.string() }));

const sentenceIn = (json: string): string | undefined => {
  const value = parseJson(json)?.value;
  const run = ofRun().safeParse(value).data;
  if (run !== undefined) return readableCause(run.Cause);
  return (
    ofFunction().safeParse(value).data?.errorMessage ??
    ofQuery().safeParse(value).data?.Status.StateChangeReason
  );
};

/** The sentence in JSON that Step Functions has cut off, as it does beyond 32 KB. */
const cutSentence = (json: string): string | undefined => {
  const text = /"(?:errorMessage|StateChangeReason)"\s*:\s*("(?:[^"\\]|\\.)*")/s.exec(json)?.[1];
  const value = text === undefined ? undefined : parseJson(text)?.value;
  return typeof value === 'string' ? value : undefined;
};

/**
 * The sentence a person wants to read out of the JSON that causes mostly are, also where the machine has put words
 * before it (`Mart daily_sales: {…}`); any other cause as it is.
 */
export const readableCause = (cause: string): string => {
  const start = cause.indexOf('{');
  if (start === -1) return cause;
  const json = cause.slice(start);
  const sentence = sentenceIn(json) ?? cutSentence(json);
  return sentence === undefined ? cause : `${cause.slice(0, start)}${sentence}`;
};

/** At most so many characters, cut between words, with a sign that there was more. */
export const shorten = (text: string, max: number): string => {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 2).toWellFormed();
  const space = cut.lastIndexOf(' ');
  return `${space > max / 2 ? cut.slice(0, space) : cut} …`;
};

/** A cause as ledger and reports keep it: readable, and never JSON that is cut off in the middle. */
export const shortCause = (cause: string): string => shorten(readableCause(cause), MAX_CAUSE);
