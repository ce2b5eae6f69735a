/**
 * Proves the emulator's S3 with Hadoop's S3A 3.3, which Spark and Hive use, over the AWS SDK for Java 1: it writes, lists,
 * renames, reads and deletes files. `npm run check:s3a`. Needs a JDK 17, Maven, and Maven's usual repository (300 MB) for
 * the first run; without them it is skipped.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openObjects, openStore, startEndpoint } from 'headrace-emulator/services';
import { mavenClassPath, say } from './programs.ts';

const BUCKET = 'lake';

const steps = [
  'wrote two files',
  'listed them',
  'renamed their folder',
  'read them, whole and in ranges',
  'deleted the folder',
];

/** What a request is, as far as this check tells of it. */
const kindOf = ({ method, headers, url = '' }: IncomingMessage): string =>
  [
    method,
    /[?&]uploadId=/.test(url) ? 'part' : 'object',
    headers['x-amz-copy-source'] ? 'copied' : '',
    headers['x-amz-copy-source-range'] ? 'in ranges' : '',
    String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
      ? headers['x-amz-content-sha256']
      : '',
    headers.range ? 'range' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');

const lake = async (endpoint: string, classes: string): Promise<string> => {
  const child = spawn('java', ['-cp', classes, 'scripts/s3a/Lake.java', endpoint, BUCKET], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 180_000,
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, `S3A ended with ${code}, after:\n${said}`);
  return said;
};

const absent = (): never => {
  throw new Error('this check has S3 only');
};

const classes = mavenClassPath('scripts/s3a');
if (classes === undefined) {
  say('skipped: S3A needs Java 17, Maven and its usual repository.');
  process.exit(0);
}
const dataDir = mkdtempSync('.headrace/s3a-');
const db = openStore(dataDir);
const objects = openObjects({ db, dataDir, now: Date.now });
const seen = new Map<string, number>();
const s3 = (request: IncomingMessage, response: ServerResponse) => {
  seen.set(kindOf(request), (seen.get(kindOf(request)) ?? 0) + 1);
  return objects.handle(request, response);
};
const endpoint = await startEndpoint({ port: 0, json: [], s3, dynamodb: absent, messaging: absent });
try {
  objects.createBucket(BUCKET);
  const said = await lake(endpoint.url, classes);
  assert.deepEqual(said.trim().split('\n'), steps);
  const left = objects.list(BUCKET, '').filter(({ key }) => !key.endsWith('/'));
  assert.deepEqual(
    left.map(({ key }) => key),
    [],
  );
  for (const kind of [
    'PUT object STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'PUT part STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'PUT part copied in ranges',
    'GET object range',
  ])
    assert.ok(
      seen.has(kind),
      `S3A made no request of the kind "${kind}", but ${[...seen.keys()].join(', ')}`,
    );
  for (const step of steps) say(`ok: ${step}`);
  for (const [kind, count] of [...seen].sort()) say(`  ${kind}: ${count}`);
  say("Hadoop's S3A 3.3.6 works against the emulator.");
} finally {
  await endpoint.close();
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
}
