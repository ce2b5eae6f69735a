import type { InputFile } from './files.ts';
import type { Item } from './item.ts';
import { type ReadOptions, readItems } from './read.ts';

/** So many events are looked at before anything is sent or written. */
const FIRST_EVENTS = 1_000;

/** Of further files fewer are looked at, and not all files where there are many. */
const OTHER_FILES = 20;
const OTHER_EVENTS = 100;

/** So small that what is read is about what the events take. */
const CHUNK_BYTES = 8 * 1024;

/** What a file begins with. */
interface First {
  file: InputFile;
  items: Item[];
  /** those in `bytes`: of what was read, or all of a file that says how many it has */
  events: number;
  bytes: number;
}

const firstOf = async (file: InputFile, options: ReadOptions, enough: number): Promise<First> => {
  const items: Item[] = [];
  let bytes = 0;
  let rows: number | undefined;
  const onBytes = (more: number): void => {
    bytes += more;
  };
  const onRows = (all: number): void => {
    rows = all;
  };
  for await (const batch of readItems(file, { ...options, onBytes, onRows, chunkBytes: CHUNK_BYTES })) {
    items.push(...batch);
    if (items.length >= enough) break;
  }
  const seen =
    rows === undefined ? { events: items.length, bytes } : { events: rows, bytes: file.bytes ?? bytes };
  // A list on one line comes by the megabyte: all of that is counted, and no more is looked at than else.
  return { file, items: items.slice(0, enough), ...seen };
};

/** The first file is looked at closely, others for what is different there. */
export async function* firstItems(files: readonly InputFile[], options: ReadOptions): AsyncGenerator<First> {
  const step = Math.max(1, Math.floor(files.length / OTHER_FILES));
  for (const [index, file] of files.entries())
    if (index % step === 0) yield await firstOf(file, options, index === 0 ? FIRST_EVENTS : OTHER_EVENTS);
}
