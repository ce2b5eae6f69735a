import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from '@jest/globals';
import type { InputFile } from '../../../client/input/files.ts';
import type { Item } from '../../../client/input/item.ts';
import { type ReadOptions, readItems } from '../../../client/input/read.ts';

/** A folder that is gone after the tests of the file. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-input-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A file in memory, which comes in pieces of so many bytes. */
const inPieces = (name: string, content: Uint8Array, bytes: number): InputFile => ({
  name,
  bytes: content.length,
  async *open() {
    for (let at = 0; at < content.length; at += bytes) yield Buffer.from(content.subarray(at, at + bytes));
  },
});

export const itemsOf = async (
  name: string,
  content: string | Uint8Array,
  options: ReadOptions & { pieces?: number } = {},
): Promise<Item[]> => {
  const file = inPieces(name, Buffer.from(content), options.pieces ?? 64 * 1024);
  const items: Item[] = [];
  for await (const batch of readItems(file, options)) items.push(...batch);
  return items;
};

/** The same of a file on the disk. */
export const itemsOfFile = async (file: InputFile): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const batch of readItems(file)) items.push(...batch);
  return items;
};

export const written = (folder: string, name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** A Parquet file of what a SELECT of DuckDB gives. */
export const writtenParquet = async (path: string, select: string): Promise<void> => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
};
