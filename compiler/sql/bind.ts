import {
  createEngine,
  duckType,
  PATH_COLUMN,
  quoted,
  type Scan,
  translateStatement,
  trinoMessage,
} from 'headrace-trino';
import type { Analysis, Lookup } from './analyse.ts';
import { DATABASE } from './database.ts';
import type { Fault } from './faults.ts';

type Connection = Awaited<ReturnType<Awaited<ReturnType<typeof createEngine>>['connect']>>;

const emptyView = ({ id, table }: Scan): string => {
  const columns = table.columns.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoted(name)}`);
  const list = [...columns, `'' AS ${quoted(PATH_COLUMN)}`].join(', ');
  return `CREATE OR REPLACE TEMP VIEW ${id} AS SELECT ${list} WHERE false`;
};

const bind = async (connection: Connection, found: Analysis, lookup: Lookup): Promise<Fault[]> => {
  const { query, parameters, file } = found;
  const table = ([name = '']: readonly string[], _database: string, at: { line: number; column: number }) =>
    lookup(name, at);
  const { sql, scans } = translateStatement(query, {
    table,
    database: DATABASE,
    now: new Date(0),
    parameters,
  });
  try {
    for (const scan of scans) await connection.run(emptyView(scan));
    await connection.run(`EXPLAIN ${sql}`);
    return [];
  } catch (error) {
    const what = trinoMessage(error).replace(/^[A-Z_]+: /, '');
    return [{ file, line: 1, column: 1, what, how: '' }];
  }
};

/**
 * What only an engine sees, such as a column that is in no GROUP BY: each query is planned by DuckDB over empty tables. Those
 * whose types are said by hand are not.
 */
export const bindFaults = async (queries: readonly Analysis[], lookup: Lookup): Promise<Fault[]> => {
  const engine = await createEngine({ folders: [], threads: 1 });
  const connection = await engine.connect();
  const faults: Fault[] = [];
  for (const query of queries) if (!query.declared) faults.push(...(await bind(connection, query, lookup)));
  connection.closeSync();
  engine.closeSync();
  return faults;
};
