import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import type { LocalObject } from '../../contracts.ts';
import { merge, type Shape, shapeOf } from './inference.ts';

/** How many lines of an object are looked at: the crawler samples, as AWS's does. */
const SAMPLE_LINES = 1000;

/** An object whose lines are longer than any event is looked at no further: it may be no text at all. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Sample {
  shape: Shape;
  lines: number;
  bytes: number;
}

/**
 * What the beginning of an object holds, as NDJSON, gzipped or not. undefined: it is no NDJSON, or damaged; as in
 * AWS such an object is passed over, and the others decide.
 */
export const sampleObject = async (object: LocalObject): Promise<Sample | undefined> => {
  const lines = await firstLines(object);
  if (lines === undefined) return undefined;
  let shape: Shape = { kind: 'null' };
  let rows = 0;
  for (const line of lines) {
    const row = parseRow(line);
    if (row === undefined) continue;
    shape = merge(shape, row);
    rows += 1;
  }
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  // A bad line among good ones is a bad line; mostly bad lines are another format.
  return rows * 2 > lines.length ? { shape, lines: lines.length, bytes } : undefined;
};

const parseRow = (line: string): Shape | undefined => {
  try {
    const shape = shapeOf(JSON.parse(line));
    return shape.kind === 'struct' ? shape : undefined;
  } catch {
    return undefined;
  }
};

/** Whole lines from the beginning of an object, without empty ones. */
const firstLines = async (object: LocalObject): Promise<string[] | undefined> => {
  const file = createReadStream(object.path);
  const source = object.key.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // pipe() does not pass errors on, and the loop below listens to the last stream only.
  file.on('error', (error) => source.destroy(error));
  const decoder = new StringDecoder('utf8');
  const lines: string[] = [];
  let rest = '';
  let bytes = 0;
  try {
    for await (const chunk of source) {
      const piece: Buffer = chunk;
      bytes += piece.length;
      const parts = (rest + decoder.write(piece)).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.filter((line) => line.trim() !== ''));
      if (lines.length >= SAMPLE_LINES || bytes >= MOST_BYTES) return lines.slice(0, SAMPLE_LINES);
    }
  } catch {
    return undefined;
  } finally {
    file.destroy();
  }
  rest += decoder.end();
  return rest.trim() === '' ? lines : [...lines, rest];
};
