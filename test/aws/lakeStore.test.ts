import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { S3LakeStore } from '../../src/aws/lakeStore.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import { type LocalS3, startS3 } from '../helpers/s3.ts';

let s3: LocalS3;
let store: ObjectStore;
let folder: string;
let buckets = 0;

beforeAll(async () => {
  s3 = await startS3();
  folder = mkdtempSync(join(tmpdir(), 'headrace-lake-'));
});
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  buckets += 1;
  s3.createBucket(`lake-${buckets}`);
  store = new S3LakeStore(s3.client, `lake-${buckets}`);
});

const put = (key: string, text = 'x') => store.put(key, Buffer.from(text), 'text/plain');

const bytesOf = async (key: string): Promise<Buffer> =>
  Buffer.concat(await (await store.read(key)).toArray());

describe('objects', () => {
  test('what was put is read and listed, and putting it again replaces it', async () => {
    await put('raw/dt=2026-11-01/hr=05/a', 'first');
    await put('raw/dt=2026-11-01/hr=05/a', 'second!');

    expect((await bytesOf('raw/dt=2026-11-01/hr=05/a')).toString()).toBe('second!');
    const [object, ...others] = await store.list('raw/');
    expect(others).toEqual([]);
    expect(object).toMatchObject({ key: 'raw/dt=2026-11-01/hr=05/a', bytes: 7 });
    expect(object?.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(object?.lastModified).toBeInstanceOf(Date);
  });

  test('a listing goes on after its first page of 1,000', async () => {
    for (let at = 0; at < 1_001; at += 100) {
      await Promise.all(Array.from({ length: Math.min(100, 1_001 - at) }, (_, i) => put(`raw/${at + i}`)));
    }
    await put('other/1');

    expect(await store.list('raw/')).toHaveLength(1_001);
    await store.remove((await store.list('raw/')).map(({ key }) => key));
    expect((await store.list('')).map(({ key }) => key)).toEqual(['other/1']);
  });

  test('folders are those right below the prefix', async () => {
    for (const key of ['raw/dt=1/hr=00/a', 'raw/dt=1/hr=01/a', 'raw/dt=2/hr=00/a', 'raw/file', 'other/x/y']) {
      await put(key);
    }

    expect(await store.listFolders('raw/')).toEqual(['raw/dt=1/', 'raw/dt=2/']);
    expect(await store.listFolders('raw/dt=1/')).toEqual(['raw/dt=1/hr=00/', 'raw/dt=1/hr=01/']);
    expect(await store.listFolders('none/')).toEqual([]);
  });

  test('removing nothing, or what is not there, is not an error', async () => {
    await store.remove([]);
    await store.remove(['raw/none']);
  });

  test('an object that is not there is NoSuchKey', async () => {
    await expect(store.read('raw/none')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('a uri names bucket and key', () => {
    expect(store.uri('marts/x/')).toBe(`s3://lake-${buckets}/marts/x/`);
  });
});

describe('files', () => {
  test.each([
    ['in one request', 10],
    ['in parts', 17 * 1024 * 1024],
  ])('a file put %s keeps what was given along with it', async (_how, size) => {
    const path = join(folder, 'described');
    writeFileSync(path, Buffer.alloc(size));
    const metadata = { build: '{"counts":{"raw":1}}' };
    await store.putFile('events/described', path, 'text/plain', metadata);
    expect(await store.metadata('events/described')).toEqual(metadata);
    await store.putFile('events/plain', path, 'text/plain');
    expect(await store.metadata('events/plain')).toEqual({});
  });

  test.each([
    ['empty', 0],
    ['of one part to the byte', 16 * 1024 * 1024],
    ['of one part and a byte', 16 * 1024 * 1024 + 1],
    ['of three parts', 40 * 1024 * 1024],
  ])('a file %s arrives as it is', async (_what, size) => {
    const path = join(folder, 'part.parquet');
    const content = Buffer.alloc(size, 'headrace, ');
    writeFileSync(path, content);

    await store.putFile('events/part.parquet', path, 'application/vnd.apache.parquet');

    expect((await bytesOf('events/part.parquet')).equals(content)).toBe(true);
  });

  test('parts come with the checksum that the upload announced, and its end repeats each of them', async () => {
    const path = join(folder, 'checked');
    writeFileSync(path, Buffer.alloc(17 * 1024 * 1024));
    const client = new S3Client({ region: 'us-east-1' });
    const calls = mockClient(client);
    calls.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u' });
    for (const [PartNumber, ChecksumCRC32] of [
      [1, 'first='],
      [2, 'second'],
    ] as const) {
      calls.on(UploadPartCommand, { PartNumber }).resolves({ ETag: `e${PartNumber}`, ChecksumCRC32 });
    }
    calls.on(CompleteMultipartUploadCommand).resolves({});

    await new S3LakeStore(client, 'lake').putFile('events/checked', path, 'text/plain');

    const inputOf = (at: number) => calls.call(at).args[0].input;
    expect(inputOf(0)).toMatchObject({ ChecksumAlgorithm: 'CRC32' });
    expect(inputOf(1)).toMatchObject({ PartNumber: 1, ChecksumAlgorithm: 'CRC32' });
    expect(inputOf(3)).toMatchObject({
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: 'e1', ChecksumCRC32: 'first=' },
          { PartNumber: 2, ETag: 'e2', ChecksumCRC32: 'second' },
        ],
      },
    });
  });

  test('an upload that fails halfway leaves nothing behind', async () => {
    const path = join(folder, 'large');
    writeFileSync(path, Buffer.alloc(17 * 1024 * 1024));
    const lost = new S3LakeStore(s3.client, 'no-such-bucket');

    await expect(lost.putFile('events/large', path, 'text/plain')).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    expect(await store.list('')).toEqual([]);
  });
});

describe('a call that S3 answers with failures of single keys', () => {
  test('fails, and names the first of them', async () => {
    const client = new S3Client({ region: 'us-east-1' });
    mockClient(client)
      .on(DeleteObjectsCommand)
      .resolves({ Errors: [{ Key: 'events/a', Code: 'InternalError', Message: 'try again' }] });

    await expect(new S3LakeStore(client, 'lake').remove(['events/a', 'events/b'])).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('1 of 2 objects were not removed, first s3://lake/events/a'),
    });
  });
});
