import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError, messageOf } from '../failure.ts';

export interface LineSource {
  /** Size of the file as it lies, for the progress bar; undefined for standard input. */
  totalBytes: number | undefined;
  /** Bytes of the file read so far. */
  bytesRead(): number;
  lines: AsyncIterable<string>;
}

/** Lines of a file or of standard input (`-`), unzipped where the name ends in .gz. */
export const openLines = async (file: string): Promise<LineSource> => {
  if (file === '-') return counted(process.stdin, undefined, false);
  const found = await stat(file).catch((error: unknown) => {
    throw new CliError(`Cannot read ${file}: ${messageOf(error)}`, undefined, { cause: error });
  });
  return counted(createReadStream(file), found.size, file.endsWith('.gz'));
};

const counted = (input: Readable, totalBytes: number | undefined, zipped: boolean): LineSource => {
  let read = 0;
  input.on('data', (chunk: Buffer | string) => {
    read += chunk.length;
  });
  return { totalBytes, bytesRead: () => read, lines: linesOf(input, zipped) };
};

async function* linesOf(input: Readable, zipped: boolean): AsyncGenerator<string> {
  const text = zipped ? input.pipe(createGunzip()) : input;
  // readline does not pass on the errors of what it reads from: a truncated .gz must not look like its end.
  const failure = new Promise<never>((_resolve, reject) => {
    text.once('error', reject);
    input.once('error', reject);
  });
  failure.catch(() => undefined);
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failure]).catch((error: unknown) => {
      throw new CliError(
        `The input is damaged: ${messageOf(error)}`,
        'Lines before that have been sent or not; once the file is whole, send it again: nothing counts twice.',
        {
          cause: error,
        },
      );
    });
    if (next.done) return;
    if (next.value.trim() !== '') yield next.value;
  }
}
