import {
  createEngine,
  duckType,
  PATH_COLUMN,
  parseQuery,
  quoted,
  type Scan,
  translateStatement,
  trinoMessage,
} from 'headrace-trino';
import { countsLocalDays, fillMacros } from '../../src/etl/macros.ts';
import type { Analysis, Lookup } from './analyse.ts';
import { DATABASE } from './database.ts';
import type { QueryFault } from './faults.ts';

type Connection = Awaited<ReturnType<Awaited<ReturnType<typeof createEngine>>['connect']>>;

const emptyView = ({ id, table }: Scan): string => {
  const columns = table.columns.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoted(name)}`);
  const list = [...columns, `'' AS ${quoted(PATH_COLUMN)}`].join(', ');
  return `CREATE OR REPLACE TEMP VIEW ${id} AS SELECT ${list} WHERE false`;
};

/** As it runs where the stage has another time zone: then more is read of a row than its day of UTC. */
const inAnotherZone = (text: string): Pick<Analysis, 'query' | 'parameters'> => {
  const facts = { days: ['2001-02-03'], now: '2001-02-03T04:05:06.000Z', timeZone: 'Asia/Seoul' };
  return { query: parseQuery(fillMacros(text, facts)), parameters: [] };
};

const bind = async (
  connection: Connection,
  { file }: Analysis,
  { query, parameters }: Pick<Analysis, 'query' | 'parameters'>,
  lookup: Lookup,
): Promise<QueryFault[]> => {
  const table = ([name = '']: readonly string[], _database: string, at: { line: number; column: number }) =>
    lookup(name, at);
  try {
    const { sql, scans } = translateStatement(query, {
      table,
      database: DATABASE,
      now: new Date(0),
      parameters,
    });
    for (const scan of scans) await connection.run(emptyView(scan));
    await connection.run(`EXPLAIN ${sql}`);
    return [];
  } catch (error) {
    const what = trinoMessage(error).replace(/^[A-Z_]+: /, '');
    return [{ file, line: 1, column: 1, what, how: '' }];
  }
};

const boundElsewhere = async (
  connection: Connection,
  query: Analysis,
  lookup: Lookup,
): Promise<QueryFault[]> => {
  const found = await bind(connection, query, inAnotherZone(query.text), lookup);
  return found.map(({ what, ...fault }) => ({
    ...fault,
    what: `Where the stage has another time zone than UTC: ${what}`,
    how: ':localDay is made of event_time, so it stands beside a table that has it',
  }));
};

/**
 * What only an engine sees, such as a column that is in no GROUP BY: each query is planned by DuckDB over empty tables.
 * Those whose types are said by hand are not.
 */
export const bindFaults = async (queries: readonly Analysis[], lookup: Lookup): Promise<QueryFault[]> => {
  const engine = await createEngine({ folders: [], threads: 1 });
  const connection = await engine.connect();
  const faults: QueryFault[] = [];
  for (const query of queries) {
    if (query.declared) continue;
    const found = await bind(connection, query, query, lookup);
    const elsewhere = found.length === 0 && countsLocalDays(query.text);
    faults.push(...found, ...(elsewhere ? await boundElsewhere(connection, query, lookup) : []));
  }
  connection.closeSync();
  engine.closeSync();
  return faults;
};
