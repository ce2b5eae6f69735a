import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsError } from 'headrace-emulator';
import { openObjects, sendS3Error } from 'headrace-emulator/services';

export interface LocalS3 {
  client: S3Client;
  endpoint: string;
  createBucket(name: string): void;
  stop(): Promise<void>;
}

/** The emulator's S3 alone, in this process on a free port, and the real client for it. */
export const startS3 = async (): Promise<LocalS3> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headrace-s3-'));
  const objects = openObjects({ db: new DatabaseSync(':memory:'), dataDir, now: Date.now });
  const server = createServer((request, response) => {
    const answer = async () => objects.handle(request, response);
    answer().catch((error: unknown) => {
      request.resume();
      const known = error instanceof AwsError ? error : new AwsError('InternalError', String(error), 500);
      sendS3Error(response, known, request.url ?? '/');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // address() of a server that listens on TCP is never a string or null.
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return {
    client,
    endpoint,
    createBucket: (name) => objects.createBucket(name),
    async stop() {
      client.destroy();
      server.close();
      await once(server, 'close');
      rmSync(dataDir, { recursive: true });
    },
  };
};
