import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { StageAccess } from './access.ts';
import { CliError } from './failure.ts';

/** A value as Athena writes it; null for SQL NULL. */
export type Row = readonly (string | null)[];

export interface QueryResult {
  columns: string[];
  rows: (string | null)[][];
  ms: number;
  bytesScanned: number;
}

/** A query that has succeeded, its rows still to be read. */
export interface AnsweredQuery {
  id: string;
  columns: string[];
  /** Athena's names of the columns' types: `varchar`, `bigint`, `array` … */
  types: string[];
  ms: number;
  bytesScanned: number;
  /** Page after page, as they are asked for: a result may be larger than memory. */
  rows(): AsyncGenerator<Row>;
}

/** Of a query that runs. */
interface QueryProgress {
  state: string;
  bytesScanned: number;
}

interface AnswerOptions {
  parameters?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: QueryProgress) => void) | undefined;
}

const POLL_MS = { local: 50, deployed: 500 };

/**
 * Runs one statement in the stage's workgroup and database. `parameters` are SQL literals for its question marks, in
 * order. When the signal aborts, Athena is told to stop: a query that nobody waits for would go on scanning.
 * Throws CliError with Athena's reason when the query fails.
 */
export const answerQuery = async (
  access: StageAccess,
  sql: string,
  { parameters = [], signal, onProgress }: AnswerOptions = {},
): Promise<AnsweredQuery> => {
  signal?.throwIfAborted();
  const started = await access.athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: access.workgroup,
      QueryExecutionContext: { Database: access.database },
      ...(parameters.length === 0 ? {} : { ExecutionParameters: [...parameters] }),
    }),
  );
  const id = started.QueryExecutionId ?? '';
  const execution = await ended(access, id, signal, onProgress);
  const state = execution.Status?.State;
  if (state !== 'SUCCEEDED')
    throw new CliError(
      `The query ${state === 'CANCELLED' ? 'was cancelled' : 'failed'}: ${execution.Status?.StateChangeReason ?? 'no reason given'}`,
      `Query execution ${id} in workgroup ${access.workgroup}.`,
    );
  const { columns, types, rows } = await openResults(access.athena, id, execution.StatementType === 'DML');
  const { Statistics: statistics } = execution;
  return {
    id,
    columns,
    types,
    ms: statistics?.TotalExecutionTimeInMillis ?? statistics?.EngineExecutionTimeInMillis ?? 0,
    bytesScanned: statistics?.DataScannedInBytes ?? 0,
    rows,
  };
};

/** The same with all rows read. */
export const runQuery = async (
  access: StageAccess,
  sql: string,
  signal?: AbortSignal,
): Promise<QueryResult> => {
  const { columns, ms, bytesScanned, rows } = await answerQuery(access, sql, { signal });
  return { columns, ms, bytesScanned, rows: await Array.fromAsync(rows(), (row) => [...row]) };
};

const ended = async (
  access: StageAccess,
  id: string,
  signal: AbortSignal | undefined,
  onProgress: AnswerOptions['onProgress'],
): Promise<QueryExecution> => {
  try {
    return await untilEnded(access, id, signal, onProgress);
  } catch (error) {
    if (signal?.aborted) await access.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    throw error;
  }
};

const untilEnded = async (
  access: StageAccess,
  id: string,
  signal: AbortSignal | undefined,
  onProgress: AnswerOptions['onProgress'],
): Promise<QueryExecution> => {
  for (;;) {
    const { QueryExecution: execution } = await access.athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
      signal ? { abortSignal: signal } : {},
    );
    const state = execution?.Status?.State;
    if (execution && (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED')) return execution;
    onProgress?.({ state: state ?? '', bytesScanned: execution?.Statistics?.DataScannedInBytes ?? 0 });
    await sleep(access.local ? POLL_MS.local : POLL_MS.deployed, undefined, signal ? { signal } : {});
  }
};

const pageOf = async (athena: AthenaClient, id: string, token: string | undefined) => {
  const page = await athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: id, ...(token ? { NextToken: token } : {}) }),
  );
  const columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
  return {
    columns: columns.map(({ Name }) => Name ?? ''),
    types: columns.map(({ Type }) => Type ?? ''),
    rows: (page.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
      Data.map((datum) => datum.VarCharValue ?? null),
    ),
    token: page.NextToken,
  };
};

const openResults = async (athena: AthenaClient, id: string, headed: boolean) => {
  const first = await pageOf(athena, id, undefined);
  const { columns, types } = first;
  // Athena repeats the column names as first row, of queries only (not of SHOW, DESCRIBE and other utilities).
  const repeated = headed && first.rows[0]?.every((value, i) => value === columns[i]) === true;
  const rows = async function* (): AsyncGenerator<Row> {
    yield* repeated ? first.rows.slice(1) : first.rows;
    for (let { token } = first; token; ) {
      const page = await pageOf(athena, id, token);
      yield* page.rows;
      token = page.token;
    }
  };
  return { columns, types, rows };
};
