import { closeSync, openSync, readSync } from 'node:fs';
import type { Row } from '../resultSet.ts';

const FIRST_LOOK = 2 ** 18;

const cell = /(?:"((?:[^"]|"")*)")?([,\n])/gy;

/** Whole rows of a text that begins with a row. Bytes stand for characters: it may be cut within one. */
const wholeRows = (text: string, limit: number): { rows: Row[]; end: number } => {
  const rows: Row[] = [];
  let row: (string | undefined)[] = [];
  let end = 0;
  cell.lastIndex = 0;
  while (rows.length < limit) {
    const found = cell.exec(text);
    if (!found) break;
    const value = found[1]?.replaceAll('""', '"');
    row.push(value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8'));
    if (found[2] === ',') continue;
    rows.push(row);
    row = [];
    end = cell.lastIndex;
  }
  return { rows, end };
};

/**
 * A page of a result that csvLine wrote, from a byte on, and where the next begins (undefined: nowhere). Only the page is
 * read: a result may be larger than the memory.
 */
export const readPage = (
  path: string,
  from: number,
  limit: number,
): { rows: Row[]; next: number | undefined } => {
  const file = openSync(path, 'r');
  try {
    for (let size = FIRST_LOOK; ; size *= 2) {
      const buffer = Buffer.alloc(size);
      const bytes = readSync(file, buffer, 0, size, from);
      const { rows, end } = wholeRows(buffer.toString('latin1', 0, bytes), limit);
      const isEnd = bytes < size;
      if (rows.length < limit && !isEnd) continue;
      return { rows, next: isEnd && end >= bytes ? undefined : from + end };
    }
  } finally {
    closeSync(file);
  }
};
