import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openStore, STORE_FILE } from '../src/database.ts';
import { startEmulator } from '../src/emulator.ts';
import { openLogFile } from '../src/lambda/logFile.ts';
import { isDiskFailure, watchStorage } from '../src/storage.ts';
import { scratch } from '../src/testing/scratch.ts';
import { apiWith, frontWith } from './apigateway/fixture.ts';
import { writePackage } from './emulator/package.ts';
import { startServices } from './endpoint/fixture.ts';

let dir: string;
let remove: () => void;
beforeEach(() => {
  ({ dir, remove } = scratch());
});
afterEach(() => {
  jest.restoreAllMocks();
  remove();
});

const failing = (code: string, errcode?: number): Error => Object.assign(new Error('no'), { code, errcode });

describe('a watched data folder', () => {
  const watched = (free: number[]) => {
    writeFileSync(join(dir, STORE_FILE), '');
    const said: string[] = [];
    const storage = watchStorage(
      dir,
      (sentence) => said.push(sentence),
      () => free.shift() ?? Number.MAX_SAFE_INTEGER,
    );
    return { said, storage };
  };
  const full = expect.stringMatching(
    /^The disk that holds .* is full, so nothing can be kept\. Make room on it/,
  );
  const gone = expect.stringMatching(/^The data folder .* was removed while the emulator runs/);

  test('that is full says so once, and again when there is room', () => {
    let nowMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { said, storage } = watched([0]);

    expect([storage.trouble(), storage.trouble(), storage.gone()]).toEqual([full, full, undefined]);
    expect(said).toEqual([full]);
    nowMs += 100;
    expect(storage.trouble()).toBeUndefined();
    expect(said).toEqual([full, expect.stringContaining('There is room again')]);
  });

  test('that is removed says so once, and is not taken for itself when another stands there', () => {
    const { said, storage } = watched([]);
    expect(storage.trouble()).toBeUndefined();
    writeFileSync(join(dir, 'held'), '');
    rmSync(join(dir, STORE_FILE));

    expect([storage.trouble(), storage.gone()]).toEqual([gone, gone]);
    // The number of the file that was removed may be given to the next one: so two are made.
    for (const name of ['other', STORE_FILE]) writeFileSync(join(dir, name), 'of another emulator');
    expect(storage.gone()).toEqual(gone);
    expect(said).toEqual([gone]);
  });
});

test.each<[string, unknown, boolean]>([
  ['a full disk', failing('ENOSPC'), true],
  ['a quota', failing('EDQUOT'), true],
  ['SQLite on a full disk', failing('ERR_SQLITE_ERROR', 13), true],
  ['SQLite that cannot write', failing('ERR_SQLITE_ERROR', 778), true],
  ['several of them', new AggregateError([failing('ENOSPC'), failing('ERR_SQLITE_ERROR', 13)]), true],
  ['a constraint', failing('ERR_SQLITE_ERROR', 19), false],
  ['a missing file', failing('ENOENT'), false],
  ['one among others', new AggregateError([failing('ENOSPC'), new Error('other')]), false],
  ['something else', 'ENOSPC', false],
])('the disk is told from a defect: %s', (_what, error, wanted) => {
  expect(isDiskFailure(error)).toBe(wanted);
});

test('a database that is full answers 503 by itself, not as a defect, and goes on when there is room', async () => {
  const defects: unknown[] = [];
  const stage = await startServices({ dataDir: dir, onError: (error) => defects.push(error) });
  const { db, kinesis } = stage.services;
  const context = { accessKeyId: 'test' };
  await kinesis.call('CreateStream', { StreamName: 's', ShardCount: 1 }, context);
  const put = () =>
    stage.kinesis.send(
      new PutRecordCommand({ StreamName: 's', PartitionKey: 'k', Data: Buffer.alloc(200_000) }),
    );
  try {
    db.exec('PRAGMA max_page_count = 1');
    await expect(put()).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('could not write to its data folder'),
      $metadata: { httpStatusCode: 503 },
    });
    db.exec('PRAGMA max_page_count = 1000000');
    await expect(put()).resolves.toHaveProperty('SequenceNumber');
    expect(defects).toEqual([]);
  } finally {
    await stage.close();
  }
});

test('a function is not asked where nothing can be kept, and its success does not count in a folder that is gone', async () => {
  const fate = { trouble: undefined as string | undefined, gone: undefined as string | undefined };
  const storage = { trouble: () => fate.trouble, gone: () => fate.gone };
  const front = await frontWith(
    apiWith(['POST /v1/events'], { AllowOrigins: ['*'] }),
    () => ({ statusCode: 202 }),
    undefined,
    undefined,
    storage,
  );
  const post = async () => {
    const headers = { origin: 'https://shop.example' };
    const response = await fetch(`${front.url}/v1/events`, { method: 'POST', headers });
    return [response.status, await response.text(), response.headers.get('access-control-allow-origin')];
  };
  try {
    expect((await post())[0]).toBe(202);
    fate.gone = 'It is gone.';
    expect(await post()).toEqual([503, '{"message":"Service Unavailable: It is gone."}', '*']);
    fate.trouble = 'It is full.';
    expect(await post()).toEqual([503, '{"message":"Service Unavailable: It is full."}', '*']);
    expect(front.events).toHaveLength(2);
  } finally {
    await front.close();
  }
});

test('an emulator whose folder is removed takes no event and answers no call, and closes in order', async () => {
  const dataDir = join(dir, 'data');
  const stage = await startEmulator({ packageDir: writePackage(join(dir, 'package')), dataDir, port: 0 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint: stage.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const post = () =>
    fetch(`${stage.httpApi}/v1/events`, { method: 'POST', body: '{"event_name":"page_view"}\n' });
  try {
    expect((await post()).status).toBe(202);
    await stage.mappingsIdle();
    rmSync(dataDir, { recursive: true });

    const answer = await post();
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('was removed')]);
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await expect(s3.send(new CreateBucketCommand({ Bucket: 'other' }))).rejects.toThrow('was removed');
    expect((await fetch(`${stage.endpoint}/_emulator/health`)).status).toBe(200);
  } finally {
    s3.destroy();
    await stage.close();
  }
});

test('a log whose folder is gone ends nothing', () => {
  const folder = join(dir, 'logs');
  const log = openLogFile(join(folder, 'it.log'), 10);
  log.line('more than ten characters');
  rmSync(folder, { recursive: true });

  expect(() => log.line('the file is to be changed for another now')).not.toThrow();
  log.close();
});

test('the database of a data folder has the name that is watched', () => {
  openStore(dir).close();
  expect(watchStorage(dir, () => {}).gone()).toBeUndefined();
});
