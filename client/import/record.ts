import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { IMPORTS, importedKeysKey, importFolder, importKey, rowsOfKey } from '../../src/lake/layout.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import { readWhole } from '../lake.ts';

/** What is known of an import. It lies in the lake, so that whoever may read the lake can see it and take it back. */
const importRecord = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'undoing', 'undone']),
  source: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), identity: z.string() })),
  mapping: z.record(z.string(), z.unknown()),
  /** stands in every event as received_at: a try that goes on must write the same bytes */
  receivedAt: z.string(),
  endedAt: z.string().nullable(),
  events: z.number(),
  rejected: z.number(),
  /** raw objects and those of quarantine */
  objects: z.number(),
  hours: z.number(),
  /** the first and the last hour with events */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** how far it has come: objects of this part of the input are stored and marked, all of the parts before */
  progress: z.object({ part: z.number(), objects: z.number() }),
});

export type ImportRecord = z.infer<typeof importRecord>;

export const writeRecord = (store: ObjectStore, record: ImportRecord): Promise<void> =>
  store.put(importKey(record.id), Buffer.from(`${JSON.stringify(record, null, 2)}\n`), 'application/json');

/** Undefined where there is no such import. */
export const readRecord = async (store: ObjectStore, id: string): Promise<ImportRecord | undefined> => {
  const key = importKey(id);
  if (!(await store.list(key)).some((object) => object.key === key)) return undefined;
  return importRecord.parse(JSON.parse((await readWhole(store, key)).toString('utf8')));
};

/** All imports there have been, the newest first. */
export const listRecords = async (store: ObjectStore): Promise<ImportRecord[]> => {
  const folders = await store.listFolders(IMPORTS);
  const ids = folders.map((folder) => folder.slice(IMPORTS.length, -1));
  const found = await Promise.all(ids.map((id) => readRecord(store, id)));
  return found
    .filter((record) => record !== undefined)
    .sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1));
};

/** Notes what will be written, before it is: whatever happens then, it can be found again. */
export const writeKeys = async (
  store: ObjectStore,
  id: string,
  part: number,
  keys: readonly string[],
): Promise<void> => {
  const body = gzipSync(keys.map((key) => `${key}\n`).join(''));
  await store.put(importedKeysKey(id, part, keys.length), body, 'application/x-ndjson');
};

const listsOf = async (store: ObjectStore, id: string): Promise<string[]> =>
  (await store.list(importFolder(id))).map(({ key }) => key).filter((key) => rowsOfKey(key) !== undefined);

const readList = async (store: ObjectStore, key: string): Promise<string[]> =>
  gunzipSync(await readWhole(store, key))
    .toString('utf8')
    .split('\n')
    .filter(Boolean);

/** Keys of all objects that the import has written or may have. */
export const readKeys = async (store: ObjectStore, id: string): Promise<string[]> => {
  const lists = await Promise.all((await listsOf(store, id)).map((key) => readList(store, key)));
  return [...new Set(lists.flat())].sort();
};

/** Forgets the keys: the import is taken back, and the same one may begin anew. */
export const removeKeys = async (store: ObjectStore, id: string): Promise<void> => {
  const lists = await listsOf(store, id);
  if (lists.length > 0) await store.remove(lists);
};
