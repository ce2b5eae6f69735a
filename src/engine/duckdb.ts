import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { version } from '@duckdb/node-api';
import * as z from 'zod';
import { HeadraceError } from '../errors.ts';
import type { Partition } from '../events/envelope.ts';
import type { BuildEngine, BuiltFiles, RawFile } from '../ports.ts';
import {
  countByFile,
  countParquet,
  countRows,
  dropDuplicates,
  dropFiles,
  listShapes,
  prepareStatements,
  stageExact,
  stageLines,
  writeParquet,
} from '../sql/build.ts';
import { linesOf, readLine, rejectedRow } from './exactLines.ts';
import { type LineWriter, writeLines } from './lineWriter.ts';
import { count, openSession, type Session } from './session.ts';

const fileCount = z.object({ file: count, rows: count, ok: z.boolean() });
const rowCount = z.object({ rows: count });
const shape = z
  .object({ event_name: z.string(), name: z.string(), type: z.string() })
  .transform(({ event_name, name, type }) => ({ eventName: event_name, name, type }));

/** A line that is no JSON, or no UTF-8; anything else that stops a statement (memory, disk) is not about the lines. */
const isBadLine = (error: unknown): boolean =>
  isNativeError(error) && /^Invalid (Input|Unicode) Error/i.test(error.message);

/** Stages all files in one statement; where a line stops it, halves until only the files with such lines are left out. */
const stageFiles = async (
  session: Session,
  partition: Partition,
  files: readonly RawFile[],
  first: number,
): Promise<void> => {
  if (files.length === 0) return;
  try {
    await session.run(
      stageLines(
        partition,
        files.map(({ path }) => path),
        first,
      ),
    );
  } catch (error) {
    if (!isBadLine(error)) throw error;
    if (files.length === 1) return;
    const half = Math.ceil(files.length / 2);
    await stageFiles(session, partition, files.slice(0, half), first);
    await stageFiles(session, partition, files.slice(half), first + half);
  }
};

/** The files that were not staged whole, or with a line that is not beyond doubt. */
const doubtfulFiles = async (session: Session, files: readonly RawFile[]): Promise<number[]> => {
  const staged = new Map((await session.rows(countByFile, fileCount)).map((found) => [found.file, found]));
  const indexes = files.map((_file, index) => index);
  return indexes.filter((index) => {
    const found = staged.get(index);
    return (found?.rows ?? 0) !== files[index]?.rows || found?.ok === false;
  });
};

/** Reads a file line by line: what is an event goes to `stage`, the rest to `rejects`. */
const stageExactly = async (
  session: Session,
  partition: Partition,
  file: RawFile,
  index: number,
  rejects: LineWriter,
) => {
  const events = writeLines(`${file.path}.exact`, { gzip: false });
  for await (const bytes of linesOf(file.path)) {
    const line = readLine(bytes, partition);
    if ('reason' in line) await rejects.write(rejectedRow(line, file));
    else await events.write({ ...line.event, context: line.context, properties: line.properties });
  }
  await events.close();
  if (events.rows > 0) await session.run(stageExact(events.path, index));
  await rm(events.path);
};

const single = async (session: Session, sql: string): Promise<number> =>
  (await session.rows(sql, rowCount))[0]?.rows ?? 0;

const build = async (
  session: Session,
  partition: Partition,
  files: readonly RawFile[],
  folder: string,
): Promise<BuiltFiles> => {
  for (const statement of prepareStatements) await session.run(statement);
  await stageFiles(session, partition, files, 0);
  const doubtful = await doubtfulFiles(session, files);
  if (doubtful.length > 0) await session.run(dropFiles(doubtful));
  const rejects = writeLines(join(folder, 'rejected.ndjson.gz'), { gzip: true });
  for (const index of doubtful) {
    const file = files[index];
    if (file !== undefined) await stageExactly(session, partition, file, index, rejects);
  }
  await rejects.close();
  // Room for what sorting spills.
  for (const file of files) await rm(file.path);
  const staged = await single(session, countRows);
  await session.run(dropDuplicates);
  const unique = await single(session, countRows);
  const shapes = await session.rows(listShapes, shape);
  const parquetPath = join(folder, 'events.parquet');
  await session.run(writeParquet(parquetPath));
  const curated = await single(session, countParquet(parquetPath));
  const raw = files.reduce((sum, file) => sum + file.rows, 0);
  const duplicates = staged - unique;
  if (raw !== curated + duplicates + rejects.rows) {
    throw new HeadraceError(
      'BalanceBroken',
      `${partition}: ${raw} raw rows are not ${curated} curated + ${duplicates} duplicates + ${rejects.rows} rejected. Nothing was published; this is a fault of the build.`,
    );
  }
  return {
    parquetPath,
    curated,
    duplicates,
    rejectedPath: rejects.rows === 0 ? undefined : rejects.path,
    rejected: rejects.rows,
    shapes,
  };
};

/** Builds partitions with DuckDB in this process. The only engine so far; the only user of @duckdb/node-api in src/. */
export const duckdbEngine = (options: { memoryMb: number }): BuildEngine => ({
  name: `duckdb ${version()}`,
  async build(partition, files, folder) {
    const session = await openSession(folder, options.memoryMb);
    try {
      return await build(session, partition, files, folder);
    } finally {
      session.close();
    }
  },
});
