import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { TextFile } from './protocol.ts';

const opened = ({ path, compression }: TextFile): Readable => {
  const file = createReadStream(path, { highWaterMark: 2 ** 20 });
  if (compression === 'uncompressed') return file;
  const unpacked = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  // pipe() does not pass errors on, and the reader listens to the last stream only.
  file.on('error', (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
};

/**
 * Lines as Hadoop's text input has them: they end at LF, CRLF or CR, and an empty one is a line too. A byte order mark
 * before the first is none of its characters.
 */
export async function* linesOf(file: TextFile): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of opened(file)) {
    // Bytes, since no encoding was set.
    rest += decoder.decode(chunk as Buffer, { stream: true });
    // A CR at the end may be half of a CRLF.
    const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, end).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + rest.slice(end);
    yield* lines;
  }
  rest += decoder.decode();
  const last = rest.split(/\r\n|\n|\r/);
  if (last.at(-1) === '') last.pop();
  yield* last;
}
