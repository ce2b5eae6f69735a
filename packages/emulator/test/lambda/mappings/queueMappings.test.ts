import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { JsonObject } from '../../../src/contracts.ts';
import { IN_MEMORY } from '../../../src/database.ts';
import type { Endpoint } from '../../../src/endpoint/types.ts';
import { type Messaging, openMessaging } from '../../../src/fauxqs/host.ts';
import { type QueueMappings, startQueueMappings } from '../../../src/lambda/mappings/queueMappings.ts';
import { callOverHttp } from '../../../src/template/provision/ports.ts';
import { realTimer } from '../../../src/timer.ts';
import { endpointOf } from '../../endpoint/fixture.ts';

const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

let messaging: Messaging;
let endpoint: Endpoint;
let mappings: QueueMappings | undefined;

const sqs = (action: string, input: JsonObject): Promise<JsonObject> =>
  callOverHttp(endpoint.url, `AmazonSQS.${action}`, 'sqs', input);

const urlOf = (queueArn: string): string => `${endpoint.url}/000000000000/${queueArn.split(':').at(-1)}`;

beforeEach(async () => {
  messaging = await openMessaging(IN_MEMORY);
  endpoint = await endpointOf({ messaging: messaging.handle });
  await sqs('CreateQueue', { QueueName: 'dead' });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 });
  await sqs('CreateQueue', { QueueName: 'work', Attributes: { RedrivePolicy, VisibilityTimeout: '0' } });
});

afterEach(async () => {
  await mappings?.stop();
  mappings = undefined;
  await endpoint.close();
  await messaging.close();
});

const event = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
type Received = z.infer<typeof event>['Records'];

/** Polls `work` with a function that is a plain function here; returns the bodies of each of its calls. */
const poll = (behavior: (records: Received) => unknown): string[][] => {
  const calls: string[][] = [];
  const spec = { uuid: 'm', queueArn: arnOf('work'), functionName: 'confirm', enabled: true };
  mappings = startQueueMappings([{ ...spec, batchSize: 10, windowSeconds: 0, reportsItemFailures: true }], {
    ...{ sqs, urlOf, timer: realTimer },
    onError: (error) => {
      throw error;
    },
    functionOf: (name) => ({ arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}` }),
    invoker: {
      invoke: async (_name, payload) => {
        const { Records } = event.parse(JSON.parse(payload));
        calls.push(Records.map(({ body }) => body).sort());
        try {
          return { payload: JSON.stringify(behavior(Records) ?? null) };
        } catch {
          return { payload: '{}', functionError: 'Unhandled' };
        }
      },
    },
  });
  return calls;
};

const send = async (...bodies: string[]): Promise<void> => {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  await sqs('SendMessageBatch', { QueueUrl: urlOf(arnOf('work')), Entries });
};

const dead = async (): Promise<string[]> => {
  const answer = await sqs('ReceiveMessage', { QueueUrl: urlOf(arnOf('dead')), MaxNumberOfMessages: 10 });
  const { Messages } = z
    .object({ Messages: z.array(z.object({ Body: z.string() })).default([]) })
    .parse(answer);
  return Messages.map(({ Body }) => Body).sort();
};

describe('a mapping from a queue', () => {
  test('tells what it is, and no member that only streams have', async () => {
    poll(() => undefined);

    expect(mappings?.describe()).toEqual([
      {
        UUID: 'm',
        EventSourceMappingArn: 'arn:aws:lambda:us-east-1:000000000000:event-source-mapping:m',
        EventSourceArn: arnOf('work'),
        FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:confirm',
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 0,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        State: 'Enabled',
        StateTransitionReason: 'User action',
        LastModified: expect.any(Number),
      },
    ]);
  });

  test('delivers a batch once and deletes it when the function takes it', async () => {
    await send('a', 'b');
    const calls = poll(() => undefined);
    await mappings?.idle();

    expect(calls).toEqual([['a', 'b']]);
    expect(await dead()).toEqual([]);
  });

  test('delivers again only what the function names, until it goes to the dead-letter queue', async () => {
    await send('good', 'bad');
    const calls = poll((records) => ({
      batchItemFailures: records
        .filter(({ body }) => body === 'bad')
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }));
    await mappings?.idle();

    expect(calls).toEqual([['bad', 'good'], ['bad']]);
    expect(await dead()).toEqual(['bad']);
  });

  test.each([[[]], [''], [{}], [{ batchItemFailures: null }]])(
    'takes %j for an answer that the whole batch is done',
    async (answer) => {
      await send('a', 'b');
      const calls = poll(() => answer);
      await mappings?.idle();

      expect(calls).toEqual([['a', 'b']]);
      expect(await dead()).toEqual([]);
    },
  );

  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    [
      'names a message that was not in the batch',
      () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }),
    ],
  ])('delivers the whole batch again when the function %s', async (_what, behavior) => {
    await send('a', 'b');
    const calls = poll(behavior);
    await mappings?.idle();

    expect(calls).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(await dead()).toEqual(['a', 'b']);
  });
});
