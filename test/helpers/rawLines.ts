import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from '@jest/globals';
import { duckdbEngine } from '../../src/build/engine/duckdb.ts';
import { unpackObjects } from '../../src/build/engine/unpack.ts';
import type { BuiltFiles, RawBatches } from '../../src/ports/build.ts';
import type { ObjectStore, StoredObject } from '../../src/ports/lake.ts';

/** Lines of raw objects for tests of the build: written as text, so that digits and mistakes stay as they are. */

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-test-'));
  folders.push(folder);
  return folder;
};

export const HOUR = '2026-11-01T05';

let made = 0;

/** A canonical line; `properties` and `context` as JSON text. */
export const line = (fields: Record<string, unknown> = {}): string => {
  made += 1;
  const { context = '{}', properties = '{}', ...envelope } = fields;
  const head = {
    event_id: `id-${made}`,
    event_name: 'button_clicked',
    event_time: `${HOUR}:10:00.000Z`,
    received_at: `${HOUR}:10:00.100Z`,
    source: 'web',
    user_id: null,
    anonymous_id: 'a-1',
    session_id: null,
    ...envelope,
  };
  return `${JSON.stringify(head).slice(0, -1)},"context":${context},"properties":${properties},"schema_version":"1"}`;
};

export interface RawObject {
  key: string;
  body: Buffer;
}

export const rawObject = (name: string, lines: readonly (string | Buffer)[]): RawObject => ({
  key: `raw/dt=2026-11-01/hr=05/${name}-n${lines.length}.ndjson.gz`,
  body: gzipSync(Buffer.concat(lines.flatMap((text) => [Buffer.from(text), Buffer.from('\n')]))),
});

export const stored = ({ key, body }: RawObject): StoredObject => ({
  key,
  bytes: body.length,
  etag: `"${key.length}-${body.length}"`,
  lastModified: new Date('2026-11-01T06:00:00.000Z'),
});

/** Only what unpacking asks of the store. */
export const readerOf = (objects: readonly RawObject[]): ObjectStore => {
  const refuse = async () => {
    throw new Error('this test only reads');
  };
  return {
    list: refuse,
    listFolders: refuse,
    put: refuse,
    putFile: refuse,
    copy: refuse,
    metadata: refuse,
    remove: refuse,
    uri: (key) => `s3://lake/${key}`,
    read: async (key) => {
      const body = objects.find((object) => object.key === key)?.body;
      if (body === undefined) throw new Error(`no ${key}`);
      return Readable.from([body.subarray(0, 20), body.subarray(20)]);
    },
  };
};

async function* oneByOne(batches: RawBatches): RawBatches {
  for await (const batch of batches) for (const file of batch) yield [file];
}

/**
 * Unpacks and builds objects with the real engine, each a batch of its own where there are several parts.
 * `parquetPath` takes all files together.
 */
export const buildObjects = async (
  objects: readonly RawObject[],
  partition = HOUR,
  parts = 1,
): Promise<BuiltFiles & { folder: string; parquetPath: string }> => {
  const folder = temporaryFolder();
  const batches = unpackObjects(readerOf(objects), objects.map(stored), folder, 1e9);
  const given = parts === 1 ? batches : oneByOne(batches);
  const built = await duckdbEngine({ memoryMb: 1_000 }).build(
    partition,
    given,
    { parts, small: parts === 1 },
    folder,
  );
  return { ...built, folder, parquetPath: join(folder, 'events*.parquet') };
};

/** Rows of a query over a Parquet file (`$1` in the SQL), values as DuckDB's JSON says them. */
export const parquetRows = async (
  path: string,
  sql = 'SELECT * FROM $1',
): Promise<Record<string, unknown>[]> => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    sql.replace('$1', `read_parquet('${path}', file_row_number = true)`),
  );
  const rows = reader.getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
};

export const buildLines = (...lines: (string | Buffer)[]) => buildObjects([rawObject('a', lines)]);
