import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KinesisStream } from '../../src/aws/eventStream.ts';

// The real client against a server that speaks HTTP/2 as Kinesis does, and breaks off when it is told to.
let server: Http2Server;
let sessions: ServerHttp2Session[];
let behaviour: 'take' | 'hang up' | 'never answer' | 'fail';
let client: KinesisClient;
let stream: KinesisStream;

const record = { partitionKey: 'k', data: Buffer.from('{}\n') };

beforeEach(async () => {
  sessions = [];
  behaviour = 'take';
  server = createServer();
  server.on('session', (session) => sessions.push(session));
  server.on('stream', async (call) => {
    call.on('error', () => {});
    // The client's own JSON: PutRecords as on the wire.
    const { Records } = (await json(call)) as { Records: unknown[] };
    if (behaviour === 'never answer') return;
    if (behaviour === 'hang up') return call.session?.destroy();
    const answers = Records.map((_, index) => ({ SequenceNumber: `${index}`, ShardId: 's' }));
    const failed = behaviour === 'fail';
    call.respond({ ':status': failed ? 500 : 200, 'content-type': 'application/x-amz-json-1.1' });
    call.end(
      JSON.stringify(failed ? { __type: 'InternalFailure' } : { FailedRecordCount: 0, Records: answers }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this shape; Node's type also knows pipes.
  const { port } = server.address() as AddressInfo;
  client = new KinesisClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 200, sessionTimeout: 20_000 },
  });
  stream = new KinesisStream(client, 'events');
});

afterEach(async () => {
  client.destroy();
  for (const session of sessions) session.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('the HTTP/2 session', () => {
  test('is kept between calls', async () => {
    for (let call = 0; call < 3; call += 1)
      expect(await stream.put([record])).toMatchObject([{ taken: true }]);
    expect(sessions.length).toBe(1);
  });

  test('serves several calls at once', async () => {
    const outcomes = await Promise.all([stream.put([record]), stream.put([record, record])]);
    expect(outcomes.map(({ length }) => length)).toEqual([1, 2]);
  });

  test.each(['hang up', 'never answer', 'fail'] as const)(
    'a server that will %s makes the call Transient, and the next one works',
    async (fault) => {
      await stream.put([record]);
      behaviour = fault;
      await expect(stream.put([record])).rejects.toMatchObject({ name: 'Transient' });
      behaviour = 'take';
      expect(await stream.put([record])).toMatchObject([{ taken: true }]);
    },
  );

  test('is not trusted again after a call that was never answered', async () => {
    behaviour = 'never answer';
    await stream.put([record]).catch(() => {});
    behaviour = 'take';
    await stream.put([record]);
    expect(sessions.length).toBe(2);
  });

  test('a session that the server closed while nothing was sent is replaced', async () => {
    await stream.put([record]);
    const closed = new Promise((resolve) => sessions[0]?.on('close', resolve));
    sessions[0]?.destroy();
    await closed;
    // The first call may still meet the dead session: that is Transient, and the caller tries again.
    await stream.put([record]).catch((error: unknown) => expect(error).toMatchObject({ name: 'Transient' }));
    expect(await stream.put([record])).toMatchObject([{ taken: true }]);
  });

  test('nobody there is Transient', async () => {
    const gone = new KinesisClient({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      maxAttempts: 1,
      requestHandler: { requestTimeout: 200 },
    });
    await expect(new KinesisStream(gone, 'events').put([record])).rejects.toMatchObject({
      name: 'Transient',
    });
    gone.destroy();
  });
});
