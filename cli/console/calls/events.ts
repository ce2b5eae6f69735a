import { z } from 'zod';
import { answerQuery } from '../../../client/athena.ts';
import { CliError } from '../../../client/failure.ts';
import { queryCost } from '../../../client/queryCost.ts';
import { sourceText } from '../../../compiler/events/source.ts';
import type { EventTypeShown } from '../../../console/contract.ts';
import { catalogColumns } from '../../../src/events/columnCatalog.ts';
import type { EventType } from '../../../src/events/eventType.ts';
import { knownEventTypes } from '../../../src/events/registry.ts';
import { DAY_MS, utcDay } from '../../../src/json/instants.ts';
import { declaring } from '../../../src/tables/observedSchema.ts';
import { trinoType } from '../../../src/tables/types.ts';
import type { Call } from '../call.ts';

const typeShown = ({ name, view, comment, columns, contract }: EventType): EventTypeShown => ({
  name,
  view,
  comment,
  strict: String(contract?.strict ?? false),
  columns: catalogColumns
    .filter((column) => Object.hasOwn(columns, column.name))
    .map((column) => ({
      name: column.name,
      type: trinoType(column.type),
      comment: column.comment,
      from: (columns[column.name] ?? []).map(sourceText),
      pii: column.pii ?? '',
    })),
});

/** As the files of the project say: a deployed stage may be of an earlier commit. */
export const events: Call<'events'> = {
  input: z.object({}),
  run: async () => ({ types: [...knownEventTypes.values()].map(typeShown) }),
};

const MOST_PROPERTIES = 500;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The first character of a JSON value says what it is. */
const observedSql = (eventName: string, from: string): string => `SELECT name,
  CASE substr(json_format(value), 1, 1)
    WHEN '"' THEN 'string' WHEN '{' THEN 'object' WHEN '[' THEN 'array'
    WHEN 't' THEN 'boolean' WHEN 'f' THEN 'boolean' WHEN 'n' THEN 'null' ELSE 'number' END AS type,
  count(*) AS events
FROM events CROSS JOIN UNNEST(CAST(json_parse(properties) AS map(varchar, json))) AS property (name, value)
WHERE dt >= ${text(from)} AND event_name = ${text(eventName)}
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${MOST_PROPERTIES}`;

const isDeclared = declaring(knownEventTypes);

/** What events of a name were really sent with, beside what the project's files declare of them. */
export const observed: Call<'observed'> = {
  input: z.object({ days: z.number().int().min(1).max(31), eventName: z.string().trim() }),
  run: async ({ access }, { days, eventName }, { signal, progress }) => {
    if (eventName === '')
      throw new CliError(
        'The name of an event is missing.',
        'Choose one, or write the event_name that was sent.',
      );
    progress({ text: `Reading the properties of ${eventName}` });
    const from = utcDay(Date.now() - (days - 1) * DAY_MS);
    const answer = await answerQuery(access, observedSql(eventName, from), { signal });
    const rows = await Array.fromAsync(answer.rows());
    const properties = rows.map(([name, type, events]) => ({
      name: name ?? '',
      type: type ?? '',
      events: Number(events),
      declared: type === 'null' || isDeclared({ eventName, name: name ?? '', type: type ?? '' }),
    }));
    const { bytesScanned } = answer;
    return {
      properties,
      bytesScanned,
      usd: queryCost(bytesScanned),
      wouldBe: access.local !== undefined,
    };
  },
};
