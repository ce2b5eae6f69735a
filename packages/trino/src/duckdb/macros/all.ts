import { collections } from './collections.ts';
import { numbers } from './numbers.ts';
import { strings } from './strings.ts';
import { times } from './times.ts';

const definitions = Object.entries({ ...numbers, ...strings, ...collections, ...times }).map(
  ([head, body]) => ({
    name: head.slice(0, head.indexOf('(')),
    sql: `CREATE OR REPLACE MACRO ${head} AS (${body})`,
    uses: new Set(body.match(/trino_\w+/g)),
  }),
);

/** Each behind those that it uses: DuckDB looks them up at once. */
const inOrder = (): string[] => {
  const made = new Map<string, string>();
  const make = (definition: (typeof definitions)[number]): void => {
    if (made.has(definition.name)) return;
    for (const used of definitions) if (definition.uses.has(used.name)) make(used);
    made.set(definition.name, definition.sql);
  };
  definitions.forEach(make);
  return [...made.values()];
};

/**
 * Trino's functions as DuckDB macros: what can be said in SQL. A macro is written into the query, so it costs
 * nothing and filters still reach the files. What needs more is in userFunctions/.
 */
export const macros: readonly string[] = inOrder();
