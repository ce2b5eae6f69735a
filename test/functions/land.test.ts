import { readFileSync } from 'node:fs';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { sharedData } from '../../packages/sharedData.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { aRecord, kinesisEventOf, lineOf } from '../helpers/records.ts';

const dependencies = lambdaDependencies(() => import('../../functions/land.ts'));

test('a batch lands, its hour is marked, it is acknowledged, and one line and its metrics say so', async () => {
  expect(await dependencies.call(kinesisEventOf([aRecord('100', [lineOf(), 'no json'])]))).toEqual({
    batchItemFailures: [],
  });

  expect((await dependencies.store.list('')).map(({ key }) => key)).toEqual([
    'quarantine/dt=2026-11-01/hr=06/shardId-000000000003-100-n1.ndjson.gz',
    'raw/dt=2026-11-01/hr=05/shardId-000000000003-100-n1.ndjson.gz',
  ]);
  expect(await dependencies.ledger.partitionStates.entry('2026-11-01T05')).toMatchObject({
    stale: true,
    landings: 1,
  });
  const [line, metrics, ...more] = dependencies.logged();
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    message: 'landed',
    batch: 'shardId-000000000003-100',
    shard: 'shardId-000000000003',
    first: '100',
    last: '100',
    records: 1,
    lines: 2,
    rawRows: 1,
    quarantined: 1,
    // From the batch to its objects without a listing.
    keys: [
      'raw/dt=2026-11-01/hr=05/shardId-000000000003-100-n1.ndjson.gz',
      'quarantine/dt=2026-11-01/hr=06/shardId-000000000003-100-n1.ndjson.gz',
    ],
  });
  expect(metrics).toMatchObject({ RowsLanded: 1, LinesQuarantined: 1, RawObjects: 2 });
  expect(metrics).not.toHaveProperty('LandingFailures');
});

test('a ledger that fails is not a failed call: the answer says from where the batch is to be repeated', async () => {
  const dynamo = mockClient(DynamoDBClient);
  dynamo
    .on(UpdateItemCommand)
    .rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
  const early = aRecord('200', ['no json']);

  expect(await dependencies.call(kinesisEventOf([early, aRecord('201', [lineOf()])]))).toEqual({
    batchItemFailures: [{ itemIdentifier: '201' }],
  });
  dynamo.restore();

  expect(dependencies.logged()).toMatchObject([
    {
      level: 'ERROR',
      message: 'not landed',
      batch: 'shardId-000000000003-200',
      failure: 'throttled',
      what: expect.stringMatching(/^markStale raw\/dt=2026-11-01\/hr=05\//),
    },
    { message: 'landed', retryFrom: '201', rawRows: 0, quarantined: 1 },
    { LandingFailures: 1 },
  ]);
});

const samples = [
  'aws-lambda-go/events/testdata/kinesis-event.json',
  'aws-lambda-go/events/testdata/kinesis-time-window-event.json',
  'sam-cli/samcli/lib/generated_sample_events/events/kinesis/Kinesis.json',
  'java-libs/aws-lambda-java-tests/src/test/resources/kinesis_event.json',
];

for (const sample of samples) {
  const path = sharedData(`vectors/lambda-events/${sample}`);
  (path ? test : test.skip)(
    `an event as AWS documents it is taken, and what is not an event of ours is quarantined: ${sample}`,
    async () => {
      expect(await dependencies.call(JSON.parse(readFileSync(path ?? '', 'utf8')))).toEqual({
        batchItemFailures: [],
      });
      const [line] = dependencies.logged();
      expect(line).toMatchObject({ message: 'landed', rawRows: 0 });
      expect(line?.quarantined).toBe(line?.records);
    },
  );
}
