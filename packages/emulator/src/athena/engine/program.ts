/**
 * The process that DuckDB runs in. One query at a time, so that a query that takes too much ends with its process, and
 * nothing else does. Started by engineProcess.ts; ends with the process that started it.
 */

import { createWriteStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { createEngine, valueText } from 'headrace-trino/engine';
import { csvLine } from '../resultSet.ts';
import type { Cell, EngineAnswer, EngineRequest, EngineSetup, ResultFile } from './protocol.ts';
import { serdeFunctions } from './serdeFunctions.ts';
import { convertText } from './textTable.ts';

// It wrote the argument itself: engineProcess.ts.
const setup = JSON.parse(process.argv[2] ?? '{}') as EngineSetup;

const CHECK_MEMORY_MS = 50;
const CHECK_DISK_MS = 500;

/** A thread of its own: the process's main thread may be busy with a function of the query. */
const memoryWatch = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.memoryUsage.rss() > workerData.limit) process.kill(process.pid, 'SIGKILL');
  }, workerData.every);
`;

const say = (answer: EngineAnswer): void => {
  process.send?.(answer);
};

const cell = (value: DuckDBValue): Cell => {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? String(value) : value;
};

const bytesBelow = (folder: string): number => {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
};

const watchDisk = (): void => {
  setInterval(() => {
    try {
      if (bytesBelow(setup.scratch) <= setup.diskBytes) return;
    } catch {
      return; // a file went while it was looked at
    }
    process.send?.({ kind: 'exceededDisk' } satisfies EngineAnswer, () => process.exit(1));
  }, CHECK_DISK_MS).unref();
};

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<Cell[][]> => {
  const result = await connection.runAndReadAll(sql);
  return result.getRows().map((row) => row.map(cell));
};

async function* resultText(
  connection: DuckDBConnection,
  sql: string,
  columns: ResultFile['columns'],
): AsyncGenerator<string> {
  yield csvLine(columns.map(({ name }) => name));
  const result = await connection.stream(sql);
  for await (const chunk of result) {
    const lines = chunk
      .getRows()
      .map((row) => csvLine(row.map((value, i) => valueText(value, columns[i]?.type ?? { name: 'any' }))));
    yield lines.join('');
  }
}

const main = async (): Promise<void> => {
  new Worker(memoryWatch, {
    eval: true,
    workerData: { limit: setup.memoryBytes, every: CHECK_MEMORY_MS },
  }).unref();
  watchDisk();
  const instance = await createEngine(setup);
  let connection = await instance.connect();
  for (const statement of serdeFunctions) await connection.run(statement);
  const answer = async (request: EngineRequest): Promise<EngineAnswer> => {
    if (request.kind === 'reset') {
      connection.closeSync();
      connection = await instance.connect();
      return { kind: 'rows', rows: [[process.memoryUsage.rss()]] };
    }
    if (request.kind === 'rows') return { kind: 'rows', rows: await rowsOf(connection, request.sql) };
    if (request.kind === 'text') await convertText(request.table);
    else {
      const { path, columns } = request.file;
      await pipeline(resultText(connection, request.sql, columns), createWriteStream(path));
    }
    return { kind: 'rows', rows: [] };
  };
  process.on('message', (request: EngineRequest) => {
    answer(request).then(say, (error: unknown) =>
      say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  });
  say({ kind: 'ready' });
};

// Ctrl-C reaches every process of the terminal: the emulator ends this one when it has finished.
process.on('SIGINT', () => {});
// Not process.exit: that waits for DuckDB's threads, for ever if one is at work, and so would whoever waits for this
// process.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await main();
