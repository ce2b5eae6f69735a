import { createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Appends JSON lines to a file, holding no more than a buffer of them. `close` before the file is read. */
export interface LineWriter {
  readonly path: string;
  readonly rows: number;
  write(row: object): Promise<void>;
  close(): Promise<void>;
}

export const writeLines = (path: string, options: { gzip: boolean }): LineWriter => {
  const input = new PassThrough();
  const file = createWriteStream(path);
  // mtime stays 0 in Node's gzip: the same rows give the same bytes.
  const written = options.gzip ? pipeline(input, createGzip(), file) : pipeline(input, file);
  // A full disk shows when closing; without this it would end the process as an unhandled rejection first.
  written.catch(() => {});
  let rows = 0;
  return {
    path,
    get rows() {
      return rows;
    },
    async write(row) {
      rows += 1;
      if (!input.write(`${JSON.stringify(row)}\n`)) {
        await Promise.race([new Promise<void>((resolve) => input.once('drain', () => resolve())), written]);
      }
    },
    async close() {
      input.end();
      await written;
    },
  };
};
