import { rm } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import type { Partition } from '../../lake/partition.ts';
import type { RawFile } from '../../ports/build.ts';
import * as z from '../../schema.ts';
import { linesOf, readLine, rejectedRow } from './exactLines.ts';
import { type LineWriter, writeLines } from './lineWriter.ts';
import { count, type Session } from './session.ts';
import { countByFile, dropFiles, stageExact, stageLines } from './sql.ts';

const fileCount = z.object({ file: count, rows: count, ok: z.boolean() });

/** A line that is not JSON, or no UTF-8; anything else that stops a statement (memory, disk) is not about the lines. */
const isBadLine = (error: unknown): boolean =>
  isNativeError(error) && /^Invalid (Input|Unicode) Error/i.test(error.message);

/**
 * Stages all files in one statement; where a line stops it, halves until only the files with such lines are left out.
 */
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
const doubtfulFiles = async (
  session: Session,
  files: readonly RawFile[],
  first: number,
): Promise<{ file: RawFile; index: number }[]> => {
  const counted = await session.rows(countByFile(first), fileCount);
  const staged = new Map(counted.map((found) => [found.file, found]));
  return files
    .map((file, place) => ({ file, index: first + place }))
    .filter(({ file, index }) => {
      const found = staged.get(index);
      return (found?.rows ?? 0) !== file.rows || found?.ok === false;
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

/**
 * Stages the events of some files, the first of which is the `first` of the build; what is none goes to `rejects`, in
 * the lines' order. Removes the files.
 */
export const stageBatch = async (
  session: Session,
  partition: Partition,
  files: readonly RawFile[],
  first: number,
  rejects: LineWriter,
): Promise<void> => {
  await stageFiles(session, partition, files, first);
  const doubtful = await doubtfulFiles(session, files, first);
  if (doubtful.length > 0) await session.run(dropFiles(doubtful.map(({ index }) => index)));
  for (const { file, index } of doubtful) await stageExactly(session, partition, file, index, rejects);
  for (const { path } of files) await rm(path);
};
