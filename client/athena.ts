import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { StageAccess } from './access.ts';
import { CliError } from './failure.ts';

export interface QueryResult {
  columns: string[];
  /** null for SQL NULL */
  rows: (string | null)[][];
  ms: number;
  bytesScanned: number;
}

const POLL_MS = { local: 50, deployed: 500 };

/** Runs one statement in the stage's workgroup and database and reads its whole result. */
export const runQuery = async (
  access: StageAccess,
  sql: string,
  signal?: AbortSignal,
): Promise<QueryResult> => {
  const started = await access.athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: access.workgroup,
      QueryExecutionContext: { Database: access.database },
    }),
  );
  const id = started.QueryExecutionId ?? '';
  const execution = await ended(access, id, signal);
  const state = execution.Status?.State;
  if (state !== 'SUCCEEDED')
    throw new CliError(
      `The query ${state === 'CANCELLED' ? 'was cancelled' : 'failed'}: ${execution.Status?.StateChangeReason ?? 'no reason given'}`,
      `Query execution ${id} in workgroup ${access.workgroup}.`,
    );
  const table = await readResults(access.athena, id, execution.StatementType === 'DML');
  return {
    ...table,
    ms:
      execution.Statistics?.TotalExecutionTimeInMillis ??
      execution.Statistics?.EngineExecutionTimeInMillis ??
      0,
    bytesScanned: execution.Statistics?.DataScannedInBytes ?? 0,
  };
};

const ended = async (access: StageAccess, id: string, signal?: AbortSignal): Promise<QueryExecution> => {
  for (;;) {
    const { QueryExecution: execution } = await access.athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
      signal ? { abortSignal: signal } : {},
    );
    const state = execution?.Status?.State;
    if (execution && (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED')) return execution;
    await sleep(access.local ? POLL_MS.local : POLL_MS.deployed, undefined, signal ? { signal } : {});
  }
};

const readResults = async (
  athena: AthenaClient,
  id: string,
  headed: boolean,
): Promise<{ columns: string[]; rows: (string | null)[][] }> => {
  const rows: (string | null)[][] = [];
  let columns: string[] = [];
  let token: string | undefined;
  do {
    const page = await athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: id, ...(token ? { NextToken: token } : {}) }),
    );
    columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo?.map((column) => column.Name ?? '') ?? columns;
    for (const row of page.ResultSet?.Rows ?? [])
      rows.push(row.Data?.map((datum) => datum.VarCharValue ?? null) ?? []);
    token = page.NextToken;
  } while (token);
  // Athena repeats the column names as first row, of queries only (not of SHOW, DESCRIBE and other utilities).
  const repeated = headed && rows[0]?.every((value, i) => value === columns[i]) === true;
  return { columns, rows: repeated ? rows.slice(1) : rows };
};
