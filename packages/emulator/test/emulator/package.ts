import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPLATE_FILE } from '../../src/template/read.ts';
import { zipTo } from '../lambda/fixture.ts';

/** Takes a request in and puts its body into the stream, as the real collector does, with the real SDK. */
const collect = `
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
const kinesis = new KinesisClient({});
export const handler = async (event) => {
  const data = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  await kinesis.send(new PutRecordCommand({ StreamName: process.env.STREAM_NAME, Data: data, PartitionKey: event.rawPath }));
  return { statusCode: 202, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ accepted: 1, who: process.env.AWS_ACCESS_KEY_ID }) };
};`;

/** Writes each record of a batch to the bucket. */
const land = `
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client({});
export const handler = async ({ Records }) => {
  for (const { kinesis } of Records) {
    const body = Buffer.from(kinesis.data, 'base64');
    if (body.toString().startsWith('poison')) throw new Error('cannot land this');
    await s3.send(new PutObjectCommand({ Bucket: process.env.LAKE_BUCKET, Key: 'raw/' + kinesis.sequenceNumber, Body: body }));
  }
  return { batchItemFailures: [] };
};`;

const lambda = (key: string, variables: object, more: object = {}): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: {
      S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
      S3Key: `serverless/headrace/local/1-2026/${key}.zip`,
    },
    Handler: `functions/${key}.handler`,
    Runtime: 'nodejs24.x',
    FunctionName: `headrace-local-${key}`,
    MemorySize: 256,
    Timeout: 20,
    Architectures: ['arm64'],
    Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
    Environment: { Variables: variables },
    ...more,
  },
  DependsOn: [`${key}LogGroup`],
});

const logGroup = (key: string): object => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: `/aws/lambda/headrace-local-${key}` },
});

const allow = (Action: string[], ...Resource: object[]): object => ({ Effect: 'Allow', Action, Resource });

const streamArn = { 'Fn::GetAtt': ['EventStream', 'Arn'] };

/** What both functions do, and the poller for land. */
const functionRole = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'headrace-local-function',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [
      {
        PolicyName: 'all',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow(
              ['kinesis:PutRecord', 'kinesis:Get*', 'kinesis:Describe*', 'kinesis:ListShards'],
              streamArn,
            ),
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
            allow(['s3:PutObject'], { 'Fn::Sub': '${LakeBucket.Arn}/*' }),
            allow(['s3:ListBucket'], { 'Fn::GetAtt': ['LakeBucket', 'Arn'] }),
            allow(
              ['logs:*'],
              ...['collect', 'land'].map((key) => ({ 'Fn::GetAtt': [`${key}LogGroup`, 'Arn'] })),
            ),
          ],
        },
      },
    ],
  },
};

/** A small template of the shape osls writes. */
export const resources = (): Record<string, object> => ({
  ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  collectLogGroup: logGroup('collect'),
  landLogGroup: logGroup('land'),
  CollectLambdaFunction: lambda('collect', { STREAM_NAME: { Ref: 'EventStream' } }),
  LandLambdaFunction: lambda('land', { LAKE_BUCKET: { Ref: 'LakeBucket' } }),
  LandEventSourceMappingKinesisEventStream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    DependsOn: ['FunctionRole'],
    Properties: {
      BatchSize: 100,
      EventSourceArn: { 'Fn::GetAtt': ['EventStream', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['LandLambdaFunction', 'Arn'] },
      StartingPosition: 'TRIM_HORIZON',
      Enabled: true,
      MaximumRetryAttempts: 0,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['LakeBucket', 'Arn'] } } },
    },
  },
  HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'local-headrace', ProtocolType: 'HTTP' } },
  HttpApiStage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'HttpApi' }, StageName: '$default', AutoDeploy: true },
  },
  HttpApiIntegrationCollect: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'HttpApi' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['CollectLambdaFunction', 'Arn'] },
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 30000,
    },
  },
  HttpApiRoutePostV1Events: {
    Type: 'AWS::ApiGatewayV2::Route',
    DependsOn: 'HttpApiIntegrationCollect',
    Properties: {
      ApiId: { Ref: 'HttpApi' },
      RouteKey: 'POST /v1/events',
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'HttpApiIntegrationCollect' }]] },
    },
  },
  LakeBucket: {
    Type: 'AWS::S3::Bucket',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
    Properties: { BucketName: { 'Fn::Sub': 'headrace-local-lake-${AWS::AccountId}' } },
  },
  EventStream: {
    Type: 'AWS::Kinesis::Stream',
    Properties: { Name: 'headrace-local-events', ShardCount: 2, RetentionPeriodHours: 48 },
  },
  LedgerTable: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'headrace-local-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  },
  CatalogDatabase: {
    Type: 'AWS::Glue::Database',
    Properties: { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: { Name: 'headrace_local' } },
  },
  EventsTable: glueTable([{ Name: 'event_id', Type: 'string' }]),
  FunctionRole: functionRole,
  AlarmTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'headrace-local-alarms' } },
  SweepSchedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: 'headrace-local-sweep',
      ScheduleExpression: 'rate(1 hour)',
      State: 'DISABLED',
      Target: { Arn: { 'Fn::GetAtt': ['LandLambdaFunction', 'Arn'] }, Input: '{"Records":[]}' },
    },
  },
});

export const glueTable = (columns: object[]): object => ({
  Type: 'AWS::Glue::Table',
  Properties: {
    CatalogId: { Ref: 'AWS::AccountId' },
    DatabaseName: { Ref: 'CatalogDatabase' },
    TableInput: {
      Name: 'events',
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: true, classification: 'parquet' },
      PartitionKeys: [{ Name: 'dt', Type: 'string' }],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's
      StorageDescriptor: { Columns: columns, Location: { 'Fn::Sub': 's3://${LakeBucket}/events/' } },
    },
  },
});

/** Writes a package with these resources; returns its folder. */
export const writePackage = (dir: string, declared: Record<string, object> = resources()): string => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, TEMPLATE_FILE),
    JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: declared }),
  );
  zipTo(join(dir, 'collect.zip'), { 'functions/collect.mjs': collect });
  zipTo(join(dir, 'land.zip'), { 'functions/land.mjs': land });
  return dir;
};
