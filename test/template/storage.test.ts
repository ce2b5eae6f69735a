import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { recordAgeOf } from '../../resources/data/stream.ts';
import { packaged } from '../helpers/packaged.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const prod = packagedOnce('prod');

const properties = (id: string) => prod.resources[id]?.Properties ?? {};

describe('every bucket', () => {
  /** osls makes the last one, for the zips. */
  const buckets = ['FailedBucket', 'LakeBucket', 'ResultsBucket', 'ServerlessDeploymentBucket'];

  test('is one of those we know', () => {
    expect(
      prod
        .ofType('AWS::S3::Bucket')
        .map(([id]) => id)
        .sort(),
    ).toEqual(buckets);
  });

  test.each(buckets)('%s is encrypted and closed to the public', (bucket) => {
    expect(properties(bucket)).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test.each(buckets)('%s refuses whoever comes without TLS', (bucket) => {
    const policies = prod
      .ofType('AWS::S3::BucketPolicy')
      .filter(([, { Bucket }]) => JSON.stringify(Bucket) === JSON.stringify({ Ref: bucket }))
      .map(([, { PolicyDocument }]) => PolicyDocument);
    expect(policies).toHaveLength(1);
    expect(policies[0]).toMatchObject({
      Statement: [
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': expect.anything() } } },
      ],
    });
  });

  test.each(buckets.slice(0, 3))('%s drops uploads that were never finished', (bucket) => {
    expect(JSON.stringify(properties(bucket).LifecycleConfiguration)).toContain('"DaysAfterInitiation":1');
  });
});

describe('the lake', () => {
  test('keeps its data when the stack goes, in prod; elsewhere it goes along', async () => {
    const keepers = [
      'LakeBucket',
      'FailedBucket',
      'ResultsBucket',
      'EventStream',
      'LedgerTable',
      'KeysTable',
    ];
    const dev = await packaged('dev');
    expect(keepers.map((id) => prod.resources[id]?.DeletionPolicy)).toEqual(keepers.map(() => 'Retain'));
    expect(keepers.map((id) => dev.resources[id]?.DeletionPolicy)).toEqual(keepers.map(() => 'Delete'));
  });
});

describe('the tables and the stream', () => {
  test('are named after their stage', () => {
    expect([
      properties('LedgerTable').TableName,
      properties('KeysTable').TableName,
      properties('EventStream').Name,
    ]).toEqual(['headrace-prod-ledger', 'headrace-prod-keys', 'headrace-prod-events']);
  });

  test('cost nothing while nothing happens: on-demand in prod, all of them', () => {
    expect(properties('EventStream').StreamModeDetails).toEqual({ StreamMode: 'ON_DEMAND' });
    for (const [, { BillingMode }] of prod.ofType('AWS::DynamoDB::Table'))
      expect(BillingMode).toBe('PAY_PER_REQUEST');
  });

  test('are not deleted by accident: whoever means it says so first, except in stages to play with', async () => {
    const protections = await Promise.all(
      ['prod', 'dev', 'local'].map(async (stage) =>
        (await packaged(stage))
          .ofType('AWS::DynamoDB::Table')
          .map(([, { DeletionProtectionEnabled }]) => DeletionProtectionEnabled),
      ),
    );
    expect(protections).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  test('are encrypted, and the tables can be restored to any second', () => {
    expect(properties('EventStream').StreamEncryption).toMatchObject({ EncryptionType: 'KMS' });
    for (const [, table] of prod.ofType('AWS::DynamoDB::Table')) {
      expect(table).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  test('of the ledger has the two sparse indexes that planning and sweeping read', () => {
    expect(properties('LedgerTable')).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: ['pending', 'retired'].map((name) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: name, KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
      })),
    });
  });
});

describe('the mapping from the stream to land', () => {
  const mapping = () => properties('LandEventSourceMappingKinesisEventStream');

  test('puts a batch that fails for good, whole, into a bucket that does not share the fate of the lake', () => {
    expect(mapping()).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedBucket', 'Arn'] } } },
      MetricsConfig: { Metrics: ['EventCount'] },
    });
    const policies = z
      .array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() }))
      .parse(properties('LandRole').Policies);
    const about = (id: string) =>
      policies
        .filter(({ PolicyDocument }) => JSON.stringify(PolicyDocument).includes(id))
        .map(({ PolicyName }) => PolicyName);
    expect([about('LakeBucket'), about('FailedBucket')]).toEqual([['land'], ['failedBatches']]);
  });

  test('is tried again until it is too old, not until some number of attempts is used up in an outage', () => {
    expect(mapping()).toMatchObject({ MaximumRetryAttempts: -1 });
  });

  test.each(['prod', 'dev', 'local'])('gives up as late as the stream of %s allows', async (stage) => {
    const { resources } = await packaged(stage);
    const hours = Number(resources.EventStream?.Properties.RetentionPeriodHours);
    const age = resources.LandEventSourceMappingKinesisEventStream?.Properties.MaximumRecordAgeInSeconds;
    expect(age).toBe((hours - 6) * 3600);
  });
});

describe('the age at which a batch is given up', () => {
  test.each([
    [24, 18 * 3_600],
    ['72', 66 * 3_600],
    [168, 162 * 3_600],
    [174, 604_800],
    [8_760, 604_800], // the most that Lambda takes
  ])('of a stream that keeps %p hours is %p seconds', (hours, seconds) => {
    expect(recordAgeOf(hours)).toBe(seconds);
  });

  test.each(['23', '0', '8761', '24.5', '3 days', ''])('is refused for a retention of %p', (hours) => {
    expect(() => recordAgeOf(hours)).toThrow(
      `streamRetentionHours: "${hours}" is not a retention that Kinesis has. Give a whole number of hours from 24 to 8760.`,
    );
  });
});
