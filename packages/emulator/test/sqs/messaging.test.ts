import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { eachServices, restart } from '../endpoint/fixture.ts';

const stage = eachServices();

const answer = z.object({
  QueueUrl: z.string().default(''),
  QueueUrls: z.array(z.string()).default([]),
  Messages: z.array(z.object({ Body: z.string() })).default([]),
});

/** SQS and SNS as they are on the wire: the SDK's clients of them are no dependency of ours. */
const sqs = async (action: string, input: object, path = '/') => {
  const response = await fetch(`${stage.endpoint.url}${path}`, {
    method: 'POST',
    headers: { 'x-amz-target': `AmazonSQS.${action}`, 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  return answer.parse(text === '' ? {} : JSON.parse(text));
};

const sns = async (fields: Record<string, string>): Promise<string> => {
  const response = await fetch(stage.endpoint.url, { method: 'POST', body: new URLSearchParams(fields) });
  return response.text();
};

describe('queues', () => {
  test('have URLs on the endpoint itself, and answer there too', async () => {
    const { QueueUrl } = await sqs('CreateQueue', { QueueName: 'dead-letters' });
    const { pathname } = new URL(QueueUrl);

    await sqs('SendMessage', { QueueUrl, MessageBody: 'hello' }, pathname);
    const received = await sqs('ReceiveMessage', { QueueUrl }, pathname);

    expect(QueueUrl).toBe(`${stage.endpoint.url}/000000000000/dead-letters`);
    expect(received.Messages.map((message) => message.Body)).toEqual(['hello']);
  });

  test('keep their messages over a restart', async () => {
    const { QueueUrl } = await sqs('CreateQueue', { QueueName: 'kept' });
    await sqs('SendMessage', { QueueUrl, MessageBody: 'still here' });
    await restart(stage);

    const received = await sqs('ReceiveMessage', { QueueUrl });

    expect(received.Messages.map((message) => message.Body)).toEqual(['still here']);
  });
});

describe('topics', () => {
  test('deliver what is published to the queues subscribed', async () => {
    const { QueueUrl } = await sqs('CreateQueue', { QueueName: 'alarms' });
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:headrace-local-alarms';
    await sns({ Action: 'CreateTopic', Name: 'headrace-local-alarms' });
    const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:alarms';
    await sns({ Action: 'Subscribe', TopicArn, Protocol: 'sqs', Endpoint });

    await sns({ Action: 'Publish', TopicArn, Message: 'the stream is full' });

    const { Messages } = await sqs('ReceiveMessage', { QueueUrl });
    expect(JSON.parse(Messages[0]?.Body ?? '{}')).toMatchObject({ TopicArn, Message: 'the stream is full' });
  });

  test('an unknown action is an error in XML, not a success', async () => {
    const text = await sns({ Action: 'NoSuchAction' });

    expect(text).toContain('<Code>InvalidAction</Code>');
  });
});
