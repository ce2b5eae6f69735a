import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '@duckdb/node-api';
import { HeadraceError } from '../../errors.ts';
import type { Partition } from '../../lake/partition.ts';
import type { BuildEngine, BuiltFiles, RawBatches } from '../../ports/build.ts';
import * as z from '../../schema.ts';
import { type LineWriter, writeLines } from './lineWriter.ts';
import { count, type Session } from './session.ts';
import { createSessions } from './sessions.ts';
import {
  countParquet,
  countRows,
  dropDuplicates,
  emptyStage,
  listProperties,
  MAX_PROPERTIES_LISTED,
  spool,
  stagePart,
  writeParquet,
} from './sql.ts';
import { stageBatch } from './staging.ts';

const rowCount = z.object({ rows: count });
const property = z.pipe(
  z.object({ event_name: z.string(), name: z.string(), type: z.string() }),
  z.transform(({ event_name, name, type }) => ({ eventName: event_name, name, type })),
);

const single = async (session: Session, sql: string): Promise<number> =>
  (await session.rows(sql, rowCount))[0]?.rows ?? 0;

interface Part {
  path: string;
  rows: number;
  duplicates: number;
  observed: BuiltFiles['observed'];
}

/** Makes one Parquet file of what is staged. */
const writePart = async (session: Session, path: string): Promise<Part> => {
  const staged = await single(session, countRows);
  await session.run(dropDuplicates);
  const unique = await single(session, countRows);
  const observed = await session.rows(listProperties, property);
  await session.run(writeParquet(path, unique));
  return { path, rows: await single(session, countParquet(path)), duplicates: staged - unique, observed };
};

/** Each property once, and no more of an event name than one part would have noted. */
const mergeObserved = (parts: readonly Part[]): BuiltFiles['observed'] => {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only.observed;
  const all = new Map(
    parts.flatMap(({ observed }) => observed).map((one) => [JSON.stringify(Object.values(one)), one]),
  );
  const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  return [...Map.groupBy(sorted, ({ eventName }) => eventName).values()].flatMap((of) =>
    of.slice(0, MAX_PROPERTIES_LISTED),
  );
};

/** Stages all batches; `staged` is called after each. Returns how many lines there were. */
const stageAll = async (
  session: Session,
  partition: Partition,
  batches: RawBatches,
  rejects: LineWriter,
  staged: () => Promise<void>,
): Promise<number> => {
  let raw = 0;
  let files = 0;
  for await (const batch of batches) {
    await stageBatch(session, partition, batch, files, rejects);
    files += batch.length;
    raw += batch.reduce((sum, { rows }) => sum + rows, 0);
    await staged();
  }
  return raw;
};

/**
 * Events on disk, by the parts that their ids fall into: for an hour that is too large to be staged and sorted at once.
 */
const createSpool = async (session: Session, parts: number, folder: string) => {
  const root = join(folder, 'spool');
  await mkdir(root);
  let batches = 0;
  const foldersOf = (part: number): string[] =>
    Array.from({ length: batches }, (_, batch) => join(root, String(batch), `part=${part}`)).filter(
      existsSync,
    );
  return {
    /** Moves what is staged to the disk. */
    async take(): Promise<void> {
      await session.run(spool(join(root, String(batches)), parts));
      await session.run(emptyStage);
      batches += 1;
    },
    /** Stages what falls into one part, and nothing else. False if nothing does. */
    async give(part: number): Promise<boolean> {
      const folders = foldersOf(part);
      await session.run(emptyStage);
      if (folders.length === 0) return false;
      await session.run(stagePart(join(root, '*', `part=${part}`, '*.parquet')));
      // Room for what sorting spills.
      for (const one of folders) await rm(one, { recursive: true });
      return true;
    },
  };
};

const writeParts = async (
  session: Session,
  stage: (staged: () => Promise<void>) => Promise<number>,
  parts: number,
  folder: string,
): Promise<{ raw: number; parts: Part[] }> => {
  if (parts === 1) {
    const raw = await stage(async () => {});
    return { raw, parts: [await writePart(session, join(folder, 'events.parquet'))] };
  }
  const spooled = await createSpool(session, parts, folder);
  const raw = await stage(spooled.take);
  const written: Part[] = [];
  for (let part = 0; part < parts; part += 1) {
    // An hour without any event has a file, too: it says what the hour was built of.
    if (!(await spooled.give(part)) && part > 0) continue;
    written.push(await writePart(session, join(folder, `events-${part}.parquet`)));
  }
  return { raw, parts: written };
};

const build = async (
  session: Session,
  partition: Partition,
  batches: RawBatches,
  parts: number,
  folder: string,
): Promise<BuiltFiles> => {
  const rejects = writeLines(join(folder, 'rejected.ndjson.gz'), { gzip: true });
  const stage = (staged: () => Promise<void>) => stageAll(session, partition, batches, rejects, staged);
  const written = await writeParts(session, stage, parts, folder);
  await rejects.close();
  const { raw } = written;
  const curated = written.parts.reduce((sum, { rows }) => sum + rows, 0);
  const duplicates = written.parts.reduce((sum, part) => sum + part.duplicates, 0);
  if (raw !== curated + duplicates + rejects.rows) {
    throw new HeadraceError(
      'BalanceBroken',
      `${partition}: ${raw} raw rows are not ${curated} curated + ${duplicates} duplicates + ${rejects.rows} rejected. Nothing was published; this is a fault of the build.`,
    );
  }
  return {
    files: written.parts.map(({ path, rows }) => ({ path, rows })),
    raw,
    curated,
    duplicates,
    rejectedPath: rejects.rows === 0 ? undefined : rejects.path,
    rejected: rejects.rows,
    observed: mergeObserved(written.parts),
  };
};

/** Builds partitions with DuckDB in this process. The only engine so far; the only user of @duckdb/node-api in src/. */
export const duckdbEngine = ({ memoryMb }: { memoryMb: number }): BuildEngine => {
  const inSession = createSessions(memoryMb);
  return {
    name: `duckdb ${version()}`,
    build: (partition, batches, size, folder) =>
      inSession(folder, size, (session) => build(session, partition, batches, size.parts, folder)),
  };
};
