import type { CatalogColumn, EventType } from '../../src/events/eventType.ts';
import { type Fault, ProjectError } from '../faults.ts';
import { pascal } from '../queries/pascal.ts';
import { queryTexts } from '../queries/read.ts';
import { type SourceFile, yamlFiles } from '../sourceFiles.ts';
import { mergeColumns } from './catalog.ts';
import { contractOf } from './contract.ts';
import { type EventFile, readEventFile } from './eventFile.ts';
import { noteHashed } from './hashing.ts';
import { inLockOrder, type Lock, lockOf, lockText, noteBroken, type ReadLock, readLock } from './lock.ts';
import type { Taken } from './names.ts';

/** What the files of events/ come to. */
export interface CompiledEvents {
  eventTypes: EventType[];
  columns: CatalogColumn[];
  /**
   * What events/columns.lock.json is to say, and the columns that it has not yet; undefined while it says so already.
   */
  newLock: { text: string; added: string[] } | undefined;
}

/** A view is a resource of the stack, of which CloudFormation takes 500, and takes its part of the template's 1 MB. */
const MAX_TYPES = 200;
/** Each is a part of every build's statement, and stands in the template three times: in the table and in its views. */
export const MAX_COLUMNS = 500;

const noteTooMany = (what: string, count: number, most: number, faults: Fault[]): void => {
  if (count > most)
    faults.push({ file: 'events/', says: `there are ${count} ${what}, and ${most} are the most.` });
};

const noteTwins = (
  files: readonly EventFile[],
  keyOf: (file: EventFile) => string,
  says: (other: EventFile, key: string) => string,
  faults: Fault[],
): void => {
  const seen = new Map<string, EventFile>();
  for (const one of files) {
    const key = keyOf(one);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, one);
    else faults.push({ file: one.file, line: one.nameLine, says: says(first, key) });
  }
};

/** Pure. Throws ProjectError with everything that is wrong. */
export const compileEvents = (
  sources: readonly SourceFile[],
  there: ReadLock,
  taken: Taken,
  before: readonly Fault[] = [],
): CompiledEvents => {
  const faults = [...before];
  const { lock } = there;
  const read = sources.flatMap((source) => readEventFile(source, taken, faults) ?? []);
  const files = inLockOrder(read, ({ type }) => type.view, lock.eventTypes);
  noteTwins(
    files,
    ({ type }) => type.name,
    ({ file, nameLine }, name) =>
      `"${name}" is the event name of ${file}:${nameLine} too. An event name has one file.`,
    faults,
  );
  noteTwins(
    files,
    // Of a resource: `order_2` and `order2` would be one.
    ({ type }) => pascal(type.view),
    ({ file }) => `this and ${file} would be one resource of the stack. Rename one of them.`,
    faults,
  );
  const mentioned = new Set(files.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const defined = inLockOrder(
    mergeColumns(files, faults),
    ({ name }) => name,
    lock.columns.map(({ name }) => name),
  );
  noteBroken(there, defined, mentioned, faults);
  noteHashed(files, defined, faults);
  noteTooMany('event types', files.length, MAX_TYPES, faults);
  noteTooMany('columns', defined.length, MAX_COLUMNS, faults);
  const types = new Map(defined.map(({ name, type }) => [name, type]));
  const eventTypes = files.map((file) => {
    const contract = contractOf(file, (column) => types.get(column), faults);
    return contract === undefined ? file.type : { ...file.type, contract };
  });
  if (faults.length > 0) throw new ProjectError(faults);
  const columns = defined.map(({ file: _, line: __, ...column }) => column);
  return { eventTypes, columns, newLock: newLockOf(lock, lockOf(eventTypes, columns)) };
};

/** What it says counts, not how: a formatter may have been there. */
const newLockOf = (lock: Lock, next: Lock): CompiledEvents['newLock'] => {
  if (JSON.stringify(lock) === JSON.stringify(next)) return undefined;
  const known = new Set(lock.columns.map(({ name }) => name));
  const added = next.columns.flatMap(({ name }) => (known.has(name) ? [] : [name]));
  return { text: lockText(next), added };
};

/** Names that an event type cannot have: a mart's table or a view of queries/ is called so. */
export const takenIn = (project: string): Taken =>
  new Map([
    ...queryTexts(project, 'views').map(({ name }) => [name, 'view'] as const),
    ...queryTexts(project, 'marts').map(({ name }) => [name, 'mart'] as const),
  ]);

/** The files of a project's events/, compiled with its lock. */
export const compileEventsOf = (project: string): CompiledEvents => {
  const faults: Fault[] = [];
  const sources = yamlFiles(project, 'events', faults);
  return compileEvents(sources, readLock(project, faults), takenIn(project), faults);
};
