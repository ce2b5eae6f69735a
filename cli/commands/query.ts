import { runQuery } from '../../client/athena.ts';
import { CliError } from '../../client/failure.ts';
import { bytes, counted, seconds } from '../../client/format.ts';
import type { Command } from '../command.ts';
import { csv } from '../csv.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace query "SQL" [--csv|--json]

Runs one Athena (Trino) SQL statement in the stage's workgroup and database, and prints its rows.
Tables: raw_events (as landed), events (typed, deduplicated), quarantine, a view per known event type, the marts.

  --csv   rows as CSV on stdout`;

export const query: Command = {
  name: 'query',
  usage,
  options: { csv: { type: 'boolean', default: false } },
  run: async (invocation) => {
    const [sql, ...others] = invocation.positionals;
    if (sql === undefined || sql.trim() === '' || others.length > 0)
      throw new CliError('query takes one SQL statement, in quotes.', 'headrace query --help tells more.');
    const result = await withStage(invocation, (access) => runQuery(access, sql, invocation.signal));
    if (invocation.flag('csv')) process.stdout.write(csv(result.columns, result.rows));
    else if (!invocation.json) {
      if (result.columns.length > 0)
        invocation.screen.table(
          result.columns,
          result.rows.map((row) => row.map((value) => value ?? 'NULL')),
        );
      invocation.screen.say(
        `${counted(result.rows.length, 'row')}, ${seconds(result.ms)}, ${bytes(result.bytesScanned)} scanned`,
      );
    }
    return { ok: true, document: { ...result, rows: result.rows.map((row) => named(result.columns, row)) } };
  },
};

const named = (columns: readonly string[], row: readonly (string | null)[]): Record<string, string | null> =>
  Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]));
