import { notSupported, type parseStatement, T } from 'headrace-trino';
import { textColumn } from './resultSet.ts';
import { prepareQuery } from './select.ts';
import type { Outcome, Session } from './session.ts';

/** EXPLAIN shows what the emulator will run: DuckDB's plan, not Trino's. */
export const explain = async (
  node: ReturnType<typeof parseStatement>,
  session: Session,
): Promise<Outcome> => {
  if (!(node instanceof T.StatementDefaultContext)) throw notSupported('EXPLAIN of anything but a query');
  const { sql } = await prepareQuery(node.rootQuery().query(), session);
  const plan = await session.connection.rows(`EXPLAIN ${sql}`);
  const lines = plan.flatMap((row) => String(row[1]).split('\n'));
  return { columns: [textColumn('Query Plan')], rows: lines.map((line) => [line]), tabular: false };
};
