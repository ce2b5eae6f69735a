import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { KinesisStream } from '../../src/aws/eventStream.ts';

// Mocked: no stream fails one record of a call when it is asked to.
const client = new KinesisClient({ region: 'us-east-1' });
const kinesis = mockClient(client);
const stream = new KinesisStream(client, 'headrace-test-events');
const records = ['a', 'b', 'c'].map((text) => ({ partitionKey: text, data: Buffer.from(`${text}\n`) }));

const failure = (name: string, more: object = {}): Error => Object.assign(new Error('no'), { name, ...more });

afterEach(() => {
  kinesis.reset();
});

describe('putting records', () => {
  test('each record is told apart, by its own sequence number', async () => {
    kinesis.on(PutRecordsCommand).resolves({
      FailedRecordCount: 2,
      Records: [
        { SequenceNumber: '1', ShardId: 's' },
        { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow' },
        {},
      ],
    });

    expect(await stream.put(records)).toEqual([
      { taken: true, record: 's:1' },
      { taken: false, errorCode: 'ProvisionedThroughputExceededException' },
      { taken: false, errorCode: 'NoSequenceNumber' },
    ]);
    expect(kinesis.commandCalls(PutRecordsCommand)[0]?.args[0].input).toEqual({
      StreamName: 'headrace-test-events',
      Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
    });
  });

  test('an answer that is shorter than what was sent took only what it names', async () => {
    kinesis.on(PutRecordsCommand).resolves({ Records: [{ SequenceNumber: '1', ShardId: 's' }] });
    expect((await stream.put(records)).map(({ taken }) => taken)).toEqual([true, false, false]);
  });

  test.each([
    [
      'a throttled call',
      failure('ProvisionedThroughputExceededException', { $metadata: { httpStatusCode: 400 } }),
      'Throttled',
    ],
    ['a call that timed out', failure('TimeoutError'), 'Transient'],
    ['a broken HTTP/2 session', failure('Error'), 'Transient'],
    ['an answer of 500', failure('Whatever', { $metadata: { httpStatusCode: 500 } }), 'Transient'],
    [
      'a stream that is not there',
      failure('ResourceNotFoundException', { $metadata: { httpStatusCode: 400 } }),
      'ResourceNotFoundException',
    ],
    ['no credentials', failure('CredentialsProviderError'), 'CredentialsProviderError'],
    ['a mistake of ours', new TypeError('x is not a function'), 'TypeError'],
  ])('%s fails as what it is', async (_what, error, name) => {
    kinesis.on(PutRecordsCommand).rejects(error);
    await expect(stream.put(records)).rejects.toMatchObject({ name });
  });
});
