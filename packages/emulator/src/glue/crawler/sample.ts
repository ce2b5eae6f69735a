import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { LocalObject } from '../../contracts.ts';
import { merge, type Shape, shapeOf } from './inference.ts';

/** How much of an object is looked at, uncompressed: the crawler samples, as AWS's does. */
const SAMPLE_BYTES = 1024 * 1024;
const SAMPLE_LINES = 1000;

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
  const text = await readBeginning(object);
  if (text === undefined) return undefined;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  let shape: Shape = { kind: 'null' };
  let rows = 0;
  for (const line of lines.slice(0, SAMPLE_LINES)) {
    const row = parseRow(line);
    if (row === undefined) continue;
    shape = merge(shape, row);
    rows += 1;
  }
  const looked = Math.min(lines.length, SAMPLE_LINES);
  // A bad line among good ones is a bad line; mostly bad lines are another format.
  return rows * 2 > looked ? { shape, lines: lines.length, bytes: text.length } : undefined;
};

const parseRow = (line: string): Shape | undefined => {
  try {
    const shape = shapeOf(JSON.parse(line));
    return shape.kind === 'struct' ? shape : undefined;
  } catch {
    return undefined;
  }
};

/** Whole lines from the beginning of an object. */
const readBeginning = async (object: LocalObject): Promise<string | undefined> => {
  const file = createReadStream(object.path);
  const source = object.key.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // pipe() does not pass errors on, and the loop below listens to the last stream only.
  file.on('error', (error) => source.destroy(error));
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source) {
      const piece: Buffer = chunk;
      chunks.push(piece);
      bytes += piece.length;
      if (bytes >= SAMPLE_BYTES) break;
    }
  } catch {
    return undefined;
  } finally {
    file.destroy();
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return bytes >= SAMPLE_BYTES ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
};
