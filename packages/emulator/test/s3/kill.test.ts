import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStore } from '../../src/database.ts';
import { openKinesis } from '../../src/kinesis/service.ts';
import { openObjects } from '../../src/s3/service.ts';

const now = (): number => 0;

let dataDir: string;
let child: ChildProcess;
let settings: object;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'headrace-kill-'));
  const script = new URL('killedEmulator.ts', import.meta.url).pathname;
  child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout!, 'data');
  settings = {
    endpoint: `http://127.0.0.1:${String(port).trim()}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'none' },
    maxAttempts: 1,
  };
});

afterEach(() => {
  child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs writers side by side until the stage is killed, which happens once `enough` writes were acknowledged. */
const writeUntilKilled = async (
  enough: number,
  write: (n: number) => Promise<unknown>,
): Promise<number[]> => {
  const acknowledged: number[] = [];
  let next = 0;
  const writer = async (): Promise<void> => {
    try {
      for (;;) {
        const n = next++;
        await write(n);
        acknowledged.push(n);
        if (acknowledged.length === enough) child.kill('SIGKILL');
      }
    } catch {
      // The stage is dead: what was on its way is not acknowledged.
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  return acknowledged;
};

test('every acknowledged object of a stage killed in mid-write is there, and none is half written', async () => {
  const s3 = new S3Client(settings);
  const bodyOf = (n: number): Buffer => Buffer.alloc(2_000_000 + n, `body ${n} `);
  const acknowledged = await writeUntilKilled(40, (n) =>
    // Five keys, over and over: replacing is where a half-written object would show.
    s3.send(new PutObjectCommand({ Bucket: 'lake', Key: `key ${n % 5}`, Body: bodyOf(n) })),
  );
  s3.destroy();

  const db = openStore(dataDir);
  const objects = openObjects({ db, dataDir, now });
  const listed = objects.list('lake', '');
  const damaged = listed.filter((object) => {
    const body = readFileSync(object.path);
    const md5 = createHash('md5').update(body).digest('hex');
    return object.etag !== `"${md5}"` || object.bytes !== body.length;
  });
  db.close();

  expect(acknowledged.length).toBeGreaterThanOrEqual(40);
  expect(listed.map((object) => object.key)).toEqual(['key 0', 'key 1', 'key 2', 'key 3', 'key 4']);
  expect(damaged).toEqual([]);
});

test('every acknowledged record of a stage killed in mid-write is in the stream, once', async () => {
  const kinesis = new KinesisClient(settings);
  await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));
  const acknowledged = await writeUntilKilled(60, (n) => {
    const Records = [0, 1, 2].map((part) => ({ Data: Buffer.from(`${n}.${part}`), PartitionKey: 'k' }));
    return kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records }));
  });
  kinesis.destroy();

  const db = openStore(dataDir);
  const reopened = openKinesis({ db, now });
  const limits = { maxRecords: 10_000, maxBytes: 2 ** 30 };
  const { records } = reopened.readShard('events', 'shardId-000000000000', 'TRIM_HORIZON', limits);
  db.close();

  const stored = records.map((record) => Buffer.from(record.data).toString());
  const promised = acknowledged.flatMap((n) => [`${n}.0`, `${n}.1`, `${n}.2`]);
  expect(promised.filter((text) => !stored.includes(text))).toEqual([]);
  expect(new Set(stored).size).toBe(stored.length);
  // A call is stored whole or not at all.
  expect(stored.length % 3).toBe(0);
});
