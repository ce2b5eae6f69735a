import { describe, expect, test } from '@jest/globals';
import { packaged, packagedOnce } from '../helpers/packaged.ts';

const prod = packagedOnce('prod');

const properties = (id: string) => prod.resources[id]?.Properties ?? {};

describe('every bucket', () => {
  /** osls makes the last one, for the zips. */
  const buckets = ['LakeBucket', 'ResultsBucket', 'ServerlessDeploymentBucket'];

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

  test.each(buckets.slice(0, 2))('%s drops uploads that were never finished', (bucket) => {
    expect(JSON.stringify(properties(bucket).LifecycleConfiguration)).toContain('"DaysAfterInitiation":1');
  });
});

describe('the lake', () => {
  test('keeps its data when the stack goes, in prod; elsewhere it goes along', async () => {
    const keepers = ['LakeBucket', 'ResultsBucket', 'EventStream', 'LedgerTable', 'KeysTable'];
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

  test('puts a batch that fails for good, whole, into the lake, and counts it for the alarm', () => {
    expect(mapping()).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['LakeBucket', 'Arn'] } } },
      MetricsConfig: { Metrics: ['EventCount'] },
    });
  });

  test('is tried again until it is too old, not until some number of attempts is used up in an outage', () => {
    // 10,000 is Lambda's maximum: 18 hours of an attempt every seven seconds.
    expect(mapping()).toMatchObject({ MaximumRetryAttempts: 10_000 });
  });

  test('gives up while the stream still has the records', async () => {
    const age = Number(mapping().MaximumRecordAgeInSeconds);
    expect(age).toBeGreaterThan(0);
    for (const stage of ['prod', 'dev']) {
      const { resources } = await packaged(stage);
      expect(age).toBeLessThan(Number(resources.EventStream?.Properties.RetentionPeriodHours) * 3600);
    }
  });
});
