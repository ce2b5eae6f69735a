import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { KinesisStream, streamConnections } from '../../src/aws/eventStream.ts';

// The real client against a server that breaks off when it is told to. The first call is made by AWS's SDK, those
// after it go without.
type Behaviour = 'take' | 'hang up' | 'never answer' | 'answer half' | 'fail';

let server: Server;
let connections: Socket[];
let behaviour: Behaviour;
let client: KinesisClient;
let stream: KinesisStream;
let becomeImpatient: () => void;

const record = { partitionKey: 'k', data: Buffer.from('{}\n') };
/** For servers that do not answer, and for no other: a busy machine may keep a good one waiting for so long. */
const soon = { ...streamConnections, requestTimeout: 1_000, socketTimeout: 1_000 };

const clientOf = (endpoint: string, connecting: typeof streamConnections): KinesisClient =>
  new KinesisClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(connecting),
  });

beforeEach(async () => {
  connections = [];
  behaviour = 'take';
  server = createServer(async (request, response) => {
    // The client's own JSON: PutRecords as on the wire.
    const { Records } = (await json(request)) as { Records: unknown[] };
    if (behaviour === 'never answer') return;
    if (behaviour === 'hang up') return request.socket.destroy();
    const answers = Records.map((_, index) => ({ SequenceNumber: `${index}`, ShardId: 's' }));
    const failed = behaviour === 'fail';
    const body = JSON.stringify(
      failed ? { __type: 'InternalFailure' } : { FailedRecordCount: 0, Records: answers },
    );
    response.writeHead(failed ? 500 : 200, { 'content-length': body.length });
    if (behaviour === 'answer half') response.write(body.slice(0, 9));
    else response.end(body);
  });
  server.on('connection', (connection) => connections.push(connection));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this shape; Node's type also knows pipes.
  const { port } = server.address() as AddressInfo;
  const connect = (connecting: typeof streamConnections): void => {
    client?.destroy();
    client = clientOf(`http://127.0.0.1:${port}`, connecting);
    stream = new KinesisStream(client, 'events');
  };
  connect(streamConnections);
  becomeImpatient = () => connect(soon);
});

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the connection', () => {
  test('is kept between calls', async () => {
    for (let call = 0; call < 3; call += 1)
      expect(await stream.put([record])).toMatchObject([{ taken: true }]);
    expect(connections.length).toBe(1);
  });

  test('has others beside it when several calls are made at once', async () => {
    for (let time = 0; time < 2; time += 1) {
      const outcomes = await Promise.all([stream.put([record]), stream.put([record, record])]);
      expect(outcomes.map(({ length }) => length)).toEqual([1, 2]);
    }
    expect(connections.length).toBe(2);
  });

  const faults = ['hang up', 'never answer', 'answer half', 'fail'] as const;
  test.each(faults.flatMap((fault) => [[fault, 0] as const, [fault, 1] as const]))(
    'to a server that will %s after %i calls makes the call Transient, and the next one works',
    async (fault, before) => {
      if (fault === 'never answer' || fault === 'answer half') becomeImpatient();
      for (let call = 0; call < before; call += 1) await stream.put([record]);
      behaviour = fault;
      await expect(stream.put([record])).rejects.toMatchObject({ name: 'Transient' });
      behaviour = 'take';
      expect(await stream.put([record])).toMatchObject([{ taken: true }]);
    },
  );

  test.each([0, 1])('is not trusted again after call %i was never answered', async (before) => {
    becomeImpatient();
    for (let call = 0; call < before; call += 1) await stream.put([record]);
    behaviour = 'never answer';
    await stream.put([record]).catch(() => {});
    behaviour = 'take';
    await stream.put([record]);
    expect(connections.length).toBe(2);
  });

  test('that the server closed while nothing was sent is replaced', async () => {
    await stream.put([record]);
    const [first] = connections;
    if (first === undefined) throw new Error('There was to be a connection.');
    const closed = once(first, 'close');
    first.destroy();
    await closed;
    // The next call may still meet the dead one: that is Transient, and the caller tries again.
    await stream.put([record]).catch((error: unknown) => expect(error).toMatchObject({ name: 'Transient' }));
    expect(await stream.put([record])).toMatchObject([{ taken: true }]);
  });

  test('to nobody is Transient', async () => {
    const gone = clientOf('http://127.0.0.1:1', streamConnections);
    await expect(new KinesisStream(gone, 'events').put([record])).rejects.toMatchObject({
      name: 'Transient',
    });
    gone.destroy();
  });
});
