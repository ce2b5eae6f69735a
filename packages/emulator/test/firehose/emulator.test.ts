import { readFileSync } from 'node:fs';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Emulator } from '../../src/emulator.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { callOverHttp } from '../../src/template/provision/ports.ts';
import { eachEmulator } from '../emulator/boot.ts';
import { resources, writePackage } from '../emulator/package.ts';

const { boot, inFolder } = eachEmulator();

const clients: { destroy(): void }[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

const streamArn = { 'Fn::GetAtt': ['EventStream', 'Arn'] };
const bucketArn = { 'Fn::GetAtt': ['LakeBucket', 'Arn'] };
const roleArn = { 'Fn::GetAtt': ['ArchiveRole', 'Arn'] };
const allow = (Action: string[], Resource: object): object => ({ Effect: 'Allow', Action, Resource });

interface Role {
  source: string[];
  /** where it may write */
  folder: string;
  service: string;
}

const wanted: Role = {
  source: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
  folder: 'archive/*',
  service: 'firehose.amazonaws.com',
};

/** The small package, with a delivery stream of its stream. */
const withArchive = (role: Partial<Role> = {}): Record<string, object> => {
  const { source, folder, service } = { ...wanted, ...role };
  const Statement = [
    allow(source, streamArn),
    allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucketArn),
    allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], {
      'Fn::Join': ['/', [bucketArn, folder]],
    }),
    allow(['logs:PutLogEvents'], {
      'Fn::Sub': `arn:aws:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${ArchiveLogGroup}:log-stream:delivery`,
    }),
  ];
  return {
    ...resources(),
    ArchiveRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'archive', PolicyDocument: { Version: '2012-10-17', Statement } }],
      },
    },
    ArchiveLogGroup: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/kinesisfirehose/archive' },
    },
    Archive: {
      Type: 'AWS::KinesisFirehose::DeliveryStream',
      Properties: {
        DeliveryStreamName: 'archive',
        DeliveryStreamType: 'KinesisStreamAsSource',
        KinesisStreamSourceConfiguration: { KinesisStreamARN: streamArn, RoleARN: roleArn },
        ExtendedS3DestinationConfiguration: {
          BucketARN: bucketArn,
          RoleARN: roleArn,
          Prefix: 'archive/',
          BufferingHints: { IntervalInSeconds: 900, SizeInMBs: 1 },
          CloudWatchLoggingOptions: {
            Enabled: true,
            LogGroupName: { Ref: 'ArchiveLogGroup' },
            LogStreamName: 'delivery',
          },
        },
      },
    },
  };
};

const start = (role: Partial<Role> = {}, options: Parameters<typeof boot>[0] = {}): Promise<Emulator> =>
  boot({ packageDir: writePackage(inFolder('package'), withArchive(role)), ...options });

const at = ({ endpoint }: Emulator) => {
  const options = {
    ...{ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    maxAttempts: 1,
  };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const kinesis = new KinesisClient(options);
  clients.push(s3, kinesis);
  const Bucket = 'headrace-local-lake-000000000000';
  const archived = async (): Promise<string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'archive/' }));
    const read = async (Key = ''): Promise<string> =>
      (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '';
    return Promise.all(Contents.map(({ Key }) => read(Key)));
  };
  const put = (text: string) =>
    kinesis.send(
      new PutRecordCommand({
        StreamName: 'headrace-local-events',
        PartitionKey: 'k',
        Data: Buffer.from(text),
      }),
    );
  return { archived, put };
};

describe('a delivery stream of the template', () => {
  test('brings what comes into its stream to its bucket, as its role', async () => {
    const emulator = await start();
    const { put, archived } = at(emulator);
    await put('a\n');
    await put('b\n');
    await emulator.deliveriesIdle();
    expect(await archived()).toEqual(['a\nb\n']);
    expect(emulator.deliveries()).toMatchObject([{ name: 'archive', idle: true }]);
    expect(emulator.permissionsDenied()).toEqual([]);
    const used = emulator.permissionsUsed().filter(({ role }) => role === 'ArchiveRole');
    expect(used.map(({ action }) => action).sort()).toEqual(
      [
        ...wanted.source.toSorted(),
        ...['s3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket'],
        ...['s3:ListBucketMultipartUploads', 's3:PutObject', 'sts:AssumeRole'],
      ].sort(),
    );
  });

  test('is described and listed, and takes no records itself', async () => {
    const { endpoint } = await start();
    const ask = (action: string, input = {}) =>
      callOverHttp(endpoint, `Firehose_20150804.${action}`, 'firehose', input);
    const named = { DeliveryStreamName: 'archive' };
    expect(await ask('DescribeDeliveryStream', named)).toMatchObject({
      DeliveryStreamDescription: {
        DeliveryStreamARN: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/archive',
        DeliveryStreamStatus: 'ACTIVE',
        VersionId: '1',
        Source: {
          KinesisStreamSourceDescription: { KinesisStreamARN: expect.stringContaining(':kinesis:') },
        },
        Destinations: [{ ExtendedS3DestinationDescription: { Prefix: 'archive/' } }],
      },
    });
    expect(await ask('ListDeliveryStreams')).toEqual({
      DeliveryStreamNames: ['archive'],
      HasMoreDeliveryStreams: false,
    });
    await expect(ask('PutRecord', { ...named, Record: { Data: 'YQ==' } })).rejects.toMatchObject({
      code: 'InvalidArgumentException',
      message: expect.stringContaining('not permitted on KinesisStreamAsSource'),
    });
    await expect(ask('PutRecord', { DeliveryStreamName: 'other' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(ask('CreateDeliveryStream')).rejects.toThrow('not emulated');
  });

  test('that may not write says so in its log, and holds up no other consumer of the stream', async () => {
    const emulator = await start({ folder: 'elsewhere/*' });
    const { put, archived } = at(emulator);
    await put('a\n');
    const waiting = new AbortController();
    const archive = emulator.deliveriesIdle(waiting.signal).catch(() => 'still behind');
    await emulator.mappingsIdle();
    expect(
      emulator.mappings().flatMap(({ shards }) => shards.map((shard) => shard.millisBehindLatest)),
    ).toEqual([0, 0]);
    expect(await archived()).toEqual([]);
    expect(emulator.deliveries()).toMatchObject([{ idle: false }]);
    waiting.abort();
    await emulator.close();
    expect(await archive).toBe('still behind');
    const [line = ''] = readFileSync(`${inFolder('data')}/logs/archive.log`, 'utf8').split('\n');
    expect(JSON.parse(line)).toMatchObject({
      errorCode: 'S3.AccessDenied',
      message: expect.stringContaining('s3:AbortMultipartUpload'),
    });
  });

  test('writes at least once: what it takes for lost, it writes again', async () => {
    const faults = createFaults({
      seed: '1',
      rules: [{ service: 'firehose', operation: 'DeliverToS3', kind: 'droppedAfter', calls: [1] }],
    });
    const emulator = await start({}, { faults });
    const { put, archived } = at(emulator);
    await put('a\n');
    await emulator.deliveriesIdle();
    expect(await archived()).toEqual(['a\n', 'a\n']);
    expect(faults.counts()).toEqual({ droppedAfter: 1 });
  });

  test('begins at the end of its stream again, when it had left the template', async () => {
    await (await start()).close();
    const without = await boot({ packageDir: writePackage(inFolder('package')) });
    await at(without).put('nobody archives this');
    await without.close();
    const emulator = await start();
    await at(emulator).put('archived');
    await emulator.deliveriesIdle();
    expect(await at(emulator).archived()).toEqual(['archived']);
  });

  test.each<[string, Partial<Role>, string]>([
    ['may not list the shards', { source: wanted.source.slice(0, 3) }, 'kinesis:ListShards'],
    ['trusts another service', { service: 'lambda.amazonaws.com' }, 'firehose.amazonaws.com'],
  ])('whose role %s stops the boot', async (_what, role, reason) => {
    await expect(start(role)).rejects.toThrow(reason);
  });
});
