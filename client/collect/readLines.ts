import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { addAbortSignal, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError, messageOf } from '../failure.ts';

interface LineSource {
  /** Size of the file as it lies, for the progress bar; undefined for standard input. */
  totalBytes: number | undefined;
  /** Bytes of the file read so far. */
  bytesRead(): number;
  lines: AsyncIterable<string>;
}

/** Lines of a file or of standard input (`-`), unzipped where the name ends in .gz or the bytes begin as gzip does. */
export const openLines = async (file: string, signal?: AbortSignal): Promise<LineSource> => {
  const size = await sizeOf(file);
  if (size === undefined) return counted(process.stdin, undefined, false, signal);
  return counted(createReadStream(file), size, file.endsWith('.gz'), signal);
};

/** In bytes; undefined of standard input. Throws CliError when there is no such file. */
export const sizeOf = async (file: string): Promise<number | undefined> => {
  if (file === '-') return undefined;
  const found = await stat(file).catch((error: unknown) => {
    throw new CliError(`Cannot read ${file}: ${messageOf(error)}`, undefined, { cause: error });
  });
  if (found.isDirectory()) throw new CliError(`${file} is a folder.`, 'Send its files one by one.');
  return found.size;
};

const counted = (
  input: Readable,
  totalBytes: number | undefined,
  zipped: boolean,
  signal?: AbortSignal,
): LineSource => {
  let read = 0;
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of input) {
      read += chunk.length;
      yield chunk;
    }
  };
  // Whoever waits for the next line of a terminal or a pipe has to hear of Ctrl-C as well.
  if (signal) addAbortSignal(signal, input);
  return { totalBytes, bytesRead: () => read, lines: linesOf(chunks(), zipped, signal) };
};

async function* linesOf(
  chunks: AsyncGenerator<Buffer>,
  named: boolean,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const damaged = (error: unknown): never => {
    signal?.throwIfAborted();
    throw new CliError(
      `The input is damaged: ${messageOf(error)}`,
      'Lines before that have been sent or not; once the file is whole, send it again: nothing counts twice.',
      { cause: error },
    );
  };
  const first = await chunks.next().catch(damaged);
  if (first.done) return;
  const input = Readable.from(startingWith(first.value, chunks));
  const zipped = named || (first.value[0] === 0x1f && first.value[1] === 0x8b);
  const text = zipped ? input.pipe(createGunzip()) : input;
  // readline does not pass on the errors of what it reads from: a truncated .gz must not look like its end.
  const failure = new Promise<never>((_resolve, reject) => {
    text.once('error', reject);
    input.once('error', reject);
  });
  failure.catch(() => undefined);
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failure]).catch(damaged);
    if (next.done) return;
    if (next.value.trim() !== '') yield next.value;
  }
}

async function* startingWith<Item>(first: Item, rest: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield first;
  yield* rest;
}
