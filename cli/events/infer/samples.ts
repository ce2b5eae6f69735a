import { answerQuery } from '../../../client/athena.ts';
import { CliError } from '../../../client/failure.ts';
import { inputFiles } from '../../../client/input/files.ts';
import { readItems } from '../../../client/input/read.ts';
import { native } from '../../../src/collect/protocols/native.ts';
import { isProblem } from '../../../src/collect/request.ts';
import { parseExactly } from '../../../src/json/exactNumbers.ts';
import { isObject, type JsonObject } from '../../../src/json/parse.ts';
import type { Invocation } from '../../command.ts';
import { figuresOf } from '../../query/show.ts';
import type { Screen } from '../../screen.ts';
import { withStage } from '../../withStage.ts';

export interface Sample {
  events: { properties: JsonObject; context: JsonObject }[];
  /** where they are from, as a comment says it */
  of: string;
}

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The events in the JSON of a line that have a name, read as the collector reads them. */
const draftsIn = (text: string): { name: string; properties: JsonObject; context: JsonObject }[] => {
  const reading = native.read(text, false);
  if (isProblem(reading)) return [];
  return reading.events.flatMap(({ value }) => {
    const draft = isObject(value) ? reading.draftOf(value) : undefined;
    if (draft === undefined || !('name' in draft) || typeof draft.name !== 'string') return [];
    return [{ name: draft.name, properties: objectOf(draft.properties), context: objectOf(draft.context) }];
  });
};

const SHOWN_NAMES = 20;

/** The first events of a name in a file. */
export const sampleOfFile = async (
  file: string,
  name: string,
  most: number,
  signal: AbortSignal,
): Promise<Sample> => {
  const [input, ...others] = await inputFiles([file]);
  if (input === undefined || others.length > 0)
    throw new CliError(`--file: "${file}" must be one file.`, 'Join them first, or ask a stage.');
  const events: Sample['events'] = [];
  const met = new Set<string>();
  for await (const items of readItems(input, { signal })) {
    for (const { text, flaw } of items) {
      if (flaw !== undefined) continue;
      for (const { name: own, ...event } of draftsIn(text)) {
        if (own === name) events.push(event);
        else if (met.size < SHOWN_NAMES) met.add(own);
      }
    }
    if (events.length >= most) break;
  }
  if (events.length > 0) return { events: events.slice(0, most), of: 'of a file' };
  throw new CliError(
    `${input.name} has no event "${name}".`,
    met.size === 0 ? 'Nothing in it is an event with a name.' : `It has: ${[...met].join(', ')}.`,
  );
};

export interface Days {
  from: string;
  to: string;
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A sample of the days' events, by a hash of their ids: of all hours, and the same whenever it is asked. */
const sqlFor = (name: string, { from, to }: Days, most: number): string =>
  `SELECT properties, context FROM events
WHERE dt BETWEEN ${text(from)} AND ${text(to)} AND event_name = ${text(name)}
ORDER BY md5(to_utf8(event_id)), source, event_time
LIMIT ${most}`;

const parsed = (json: string | null | undefined): JsonObject => objectOf(parseExactly(json ?? '{}')?.value);

export const sampleOfStage = (
  invocation: Invocation,
  screen: Screen,
  name: string,
  days: Days,
  most: number,
): Promise<Sample> =>
  withStage(invocation, async (access) => {
    const answer = await answerQuery(access, sqlFor(name, days, most), { signal: invocation.signal });
    const rows = await Array.fromAsync(answer.rows());
    screen.say(figuresOf(rows.length, answer));
    if (rows.length === 0)
      throw new CliError(
        `The table events has no "${name}" from ${days.from} to ${days.to}.`,
        `Which names there are: headrace query "SELECT event_name, count(*) AS events FROM events WHERE dt BETWEEN '${days.from}' AND '${days.to}' GROUP BY 1"`,
      );
    return {
      events: rows.map(([properties, context]) => ({
        properties: parsed(properties),
        context: parsed(context),
      })),
      of: `of ${days.from} to ${days.to}`,
    };
  });
