import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { buildPartition } from '../../../src/build/building.ts';
import { duckdbEngine } from '../../../src/build/engine/duckdb.ts';
import { inBuildFolder } from '../../../src/build/engine/folder.ts';
import { unpackObjects } from '../../../src/build/engine/unpack.ts';
import { rawFolder } from '../../../src/lake/layout.ts';
import type { ObjectStore, StoredObject } from '../../../src/ports/lake.ts';
import { createFakeLedger } from '../../../test/helpers/fakes/ledger.ts';
import { HOUR } from '../../harness/rawObjects.ts';
import type { Prepare } from '../../harness/sample.ts';

export const buildOptions = z.object({
  objects: z.array(z.string()),
  memoryMb: z.number(),
  maxBytes: z.number(),
  partBytes: z.number(),
  workDir: z.string(),
});

export type BuildOptions = z.infer<typeof buildOptions>;

/** The hour's raw objects as files; what is put is measured and forgotten. */
const storeOf = async (
  paths: readonly string[],
): Promise<Pick<ObjectStore, 'list' | 'read' | 'putFile' | 'remove' | 'uri'>> => {
  const byKey = new Map(paths.map((path) => [`${rawFolder(HOUR)}${basename(path)}`, path]));
  const objects: StoredObject[] = [];
  for (const [key, path] of byKey) {
    const { size, mtime } = await stat(path);
    objects.push({ key, bytes: size, etag: `"${basename(path)}"`, lastModified: mtime });
  }
  return {
    list: async (prefix) => objects.filter(({ key }) => key.startsWith(prefix)),
    read: async (key) => createReadStream(byKey.get(key) ?? ''),
    putFile: async () => {},
    remove: async () => {},
    uri: (key) => `s3://bench/${key}`,
  };
};

const refuse = async (): Promise<never> => {
  throw new Error('A build does not ask the store for this.');
};

/** The step Build as it ships, over files in place of S3 and a ledger in memory. */
export const prepare: Prepare = async (given) => {
  const { objects, memoryMb, maxBytes, partBytes, workDir } = buildOptions.parse(given);
  const some = await storeOf(objects);
  const store: ObjectStore = {
    ...some,
    listFolders: refuse,
    put: async () => {},
    copy: refuse,
    metadata: refuse,
  };
  let runs = 0;
  return async () => {
    runs += 1;
    const built = await buildPartition(
      {
        store,
        ...createFakeLedger(),
        runs: { hasEnded: async () => false },
        engine: duckdbEngine({ memoryMb }),
        clock: { now: () => new Date() },
        inFolder: (work) => inBuildFolder(work, workDir),
        partBytes,
        unpack: (stored, folder) => unpackObjects(store, stored, folder, maxBytes),
      },
      { execution: `bench-${runs}`, partition: HOUR, force: true },
    );
    if ((await readdir(workDir)).some((name) => name.startsWith('headrace-build-')))
      throw new Error('A build left its folder behind.');
    return { rows: built.counts.raw, curated: built.counts.curated, bytes: built.parquetBytes };
  };
};
