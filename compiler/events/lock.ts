import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CatalogColumn, EventType } from '../../src/events/eventType.ts';
import type { Fault } from '../faults.ts';
import type { DefinedColumn } from './catalog.ts';
import { typeText } from './columnType.ts';

/**
 * Order and types of the columns, as the deployed tables have them. Committed, because nothing in the files of events/
 * says which column was there first, and what it was before it was changed.
 */
export const LOCK = 'events/columns.lock.json';

const lockFile = z.strictObject({
  /** in the order in which a build tries them */
  eventTypes: z.array(z.string()),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
});

export type Lock = z.infer<typeof lockFile>;

const nothing: Lock = { eventTypes: [], columns: [] };

export interface ReadLock {
  lock: Lock;
  text: string;
}

const parsed = (text: string): Lock | undefined => {
  try {
    return lockFile.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

export const readLock = (project: string, faults: Fault[]): ReadLock => {
  const path = join(project, LOCK);
  if (!existsSync(path)) return { lock: nothing, text: '' };
  const text = readFileSync(path, 'utf8');
  const lock = parsed(text);
  if (lock === undefined)
    faults.push({
      file: LOCK,
      says: 'cannot be read. Take the version of the main branch; npm run package adds what is new to its end.',
    });
  return { lock: lock ?? nothing, text };
};

/** One line a column: a change of two branches is a conflict of the lines that are new. */
export const lockText = ({ eventTypes, columns }: Lock): string => {
  const list = (items: readonly unknown[]) =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${line(item)}`).join(',\n')}\n  ]`;
  return `{\n  "eventTypes": ${list(eventTypes)},\n  "columns": ${list(columns)}\n}\n`;
};

const line = (item: unknown): string =>
  JSON.stringify(item)
    .replaceAll('":"', '": "')
    .replace('","', '", "')
    .replace(/^\{/, '{ ')
    .replace(/\}$/, ' }');

export const lockOf = (types: readonly EventType[], columns: readonly CatalogColumn[]): Lock => ({
  eventTypes: types.map(({ view }) => view),
  columns: columns.map(({ name, type }) => ({ name, type: typeText(type) })),
});

/** Those that the lock has in its order, then the others in theirs. */
export const inLockOrder = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  locked: readonly string[],
): Item[] => {
  const places = new Map(locked.map((name, place) => [name, place]));
  const placeOf = (item: Item): number => places.get(nameOf(item)) ?? locked.length;
  return items.toSorted((a, b) => placeOf(a) - placeOf(b));
};

const lineIn = (text: string, name: string): number =>
  Math.max(
    0,
    text.split('\n').findIndex((one) => one.includes(`"name": "${name}"`)),
  ) + 1;

/**
 * Columns that the lock has and the files have otherwise, or no more. `mentioned`: all that any file speaks of, for
 * what is wrong with those is told already.
 */
export const noteBroken = (
  { lock, text }: ReadLock,
  columns: readonly DefinedColumn[],
  mentioned: ReadonlySet<string>,
  faults: Fault[],
): void => {
  const now = new Map(columns.map((column) => [column.name, column]));
  for (const { name, type } of lock.columns) {
    const column = now.get(name);
    if (column === undefined && !mentioned.has(name))
      faults.push({
        file: LOCK,
        line: lineIn(text, name),
        says: `no file of events/ has the column ${name} any more. Put it back: hours that are built have it, and without it in the table nobody can ask for it. If nothing was ever deployed with it, delete this line.`,
      });
    if (column === undefined || typeText(column.type) === type) continue;
    faults.push({
      file: column.file,
      line: column.line,
      says: `columns.${name} was ${type} and is ${typeText(column.type)} now. Athena could not read the hours that are built beside new ones. Put ${type} back and give the new type a column of another name, such as ${name}_2; after the deployment "headrace backfill --force" fills it for the hours that are there. If nothing was ever deployed with it, delete its line in ${LOCK}.`,
    });
  }
};
