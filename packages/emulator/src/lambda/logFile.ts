import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log and the one before it: enough to look back on, and a month of running fills no disk. */
const MAX_BYTES = 10 * 1024 * 1024;

export interface LogFile {
  /** Writes a line as it is when it is a JSON object, else wrapped into one. */
  line(text: string): void;
  entry(record: object): void;
  close(): void;
}

/** JSON lines in `path`; when it is full it becomes `<path>.1`. */
export const openLogFile = (path: string, maxBytes = MAX_BYTES): LogFile => {
  mkdirSync(dirname(path), { recursive: true });
  let fd = openSync(path, 'a');
  let size = fstatSync(fd).size;
  let open = true;

  const write = (text: string): void => {
    if (!open) return;
    if (size > maxBytes) {
      renameSync(path, `${path}.1`);
      closeSync(fd);
      fd = openSync(path, 'a');
      size = 0;
    }
    size += writeSync(fd, `${text}\n`);
  };
  /** A line that the disk cannot take is lost, and nothing else with it: it comes from wherever a function writes. */
  const writeOrDrop = (text: string): void => {
    try {
      write(text);
    } catch (error) {
      if (!isOfTheSystem(error)) throw error;
    }
  };
  const entry = (record: object): void => writeOrDrop(JSON.stringify(record));

  return {
    line: (text) =>
      isJsonObject(text) ? writeOrDrop(text) : entry({ timestamp: new Date().toISOString(), message: text }),
    entry,
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
};

/** What the system says of a full disk, or of a folder that is gone. */
const isOfTheSystem = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'syscall' in error;

const isJsonObject = (text: string): boolean => {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
