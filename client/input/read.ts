import { readCsv } from './csv.ts';
import { decode } from './decode.ts';
import { type InputFile, onDisk } from './files.ts';
import { type Item, MAX_ITEM_BYTES } from './item.ts';
import { readLines } from './lines.ts';
import { readParquet } from './parquet.ts';
import { type Chunks, peek } from './peek.ts';
import { delimiterIn, type Shape, shapeOf, tellsShape } from './shape.ts';
import { readValues } from './values.ts';

export interface ReadOptions {
  /** how events stand in the file, where it is not told by the file itself */
  shape?: Shape;
  /** the member that holds the events of a file that is one object around them; without it, a first member `Records` */
  wrapper?: string;
  signal?: AbortSignal;
  /** of a file on this machine, read at a time */
  chunkBytes?: number;
  /** Called with how many bytes of the file, as it lies, have been read. */
  onBytes?: (bytes: number) => void;
  /** Called with how many events a file says that it has, before the first: Parquet does. */
  onRows?: (rows: number) => void;
}

async function* counting(chunks: Chunks, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

type Begun = { head: Buffer; rest: Chunks };

const readAs = (
  shape: Shape,
  name: string,
  { head, rest: chunks }: Begun,
  wrapper: string | undefined,
): AsyncGenerator<Item[]> => {
  if (shape.kind === 'csv') return readCsv(name, chunks, shape.delimiter ?? delimiterIn(head));
  return shape.kind === 'values' ? readValues(chunks, wrapper) : readLines(chunks);
};

/** DuckDB reads the file by itself: how far it has come in the bytes that are `left`, its rows tell. */
async function* rowsOf(
  name: string,
  path: string,
  left: number,
  { onBytes, onRows }: ReadOptions,
): AsyncGenerator<Item[]> {
  let rows = 0;
  const batches = readParquet(name, path, (all) => {
    rows = all;
    onRows?.(all);
  });
  for await (const items of batches) {
    onBytes?.(Math.round((left * items.length) / Math.max(1, rows)));
    yield items;
  }
}

/**
 * The events of a file, some at a time, in its order: JSON lines, JSON arrays, objects over several lines, `{"Records":[…]}`,
 * CSV with a header, Parquet; plain or zipped. What stands where an event should and cannot be read is an item with
 * a flaw. Throws CliError for a file that cannot be read at all. Memory does not grow with the file.
 */
export async function* readItems(file: InputFile, options: ReadOptions = {}): AsyncGenerator<Item[]> {
  const { signal, wrapper } = options;
  let read = 0;
  const onBytes = (bytes: number): void => {
    read += bytes;
    options.onBytes?.(bytes);
  };
  const chunks = await decode(file.name, counting(file.open(signal, options.chunkBytes), onBytes));
  const begun = await peek(chunks, (found) => tellsShape(found, MAX_ITEM_BYTES));
  const shape = options.shape ?? shapeOf(file.name, begun.head, wrapper);
  if (shape.kind !== 'parquet') {
    yield* readAs(shape, file.name, begun, wrapper);
    return;
  }
  // Its footer is at its end: only a file that can be read anywhere will do.
  yield* onDisk(file, begun.rest, (path) =>
    rowsOf(file.name, path, Math.max(0, (file.bytes ?? 0) - read), options),
  );
}
