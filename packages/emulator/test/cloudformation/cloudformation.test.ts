import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CloudFormation, openCloudFormation } from '../../src/cloudformation/service.ts';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import type { Endpoint } from '../../src/endpoint/types.ts';
import { parseTemplate } from '../../src/template/read.ts';
import { resolveTemplate, templateOutputs, templateParameters } from '../../src/template/resolveTemplate.ts';
import { endpointOf } from '../endpoint/fixture.ts';

const names = { stack: 'shop-prod', endpoint: 'http://127.0.0.1:1' };
const StackName = names.stack;
const StackId = 'arn:aws:cloudformation:us-east-1:000000000000:stack/shop-prod/local';

const template = (more: object = {}) => ({
  Description: 'A shop & its events',
  Parameters: { Stage: { Type: 'String', Default: 'prod' } },
  Conditions: { Never: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] } },
  Resources: {
    Lake: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
    Jobs: { Type: 'AWS::SQS::Queue', Properties: {}, DependsOn: 'Lake' },
    ...more,
  },
  Outputs: {
    LakeArn: { Value: { 'Fn::GetAtt': ['Lake', 'Arn'] }, Description: 'of the <lake>' },
    Queue: { Value: { Ref: 'Jobs' }, Export: { Name: { 'Fn::Sub': `$\{AWS::StackName}-queue` } } },
    None: { Value: { Ref: 'Gone' }, Condition: 'Never' },
  },
});

let now = Date.parse('2026-11-01T05:00:00Z');
let cloudformation: CloudFormation;
let endpoint: Endpoint;
let client: CloudFormationClient;

const deploy = (document: object): void => {
  const parsed = parseTemplate(document);
  cloudformation.deploy({
    ...{ name: StackName, description: parsed.Description, template: JSON.stringify(document) },
    ...{ parameters: templateParameters(parsed), resources: resolveTemplate(parsed, names) },
    outputs: () => templateOutputs(parsed, names),
  });
};

beforeEach(async () => {
  now = Date.parse('2026-11-01T05:00:00Z');
  cloudformation = openCloudFormation({ db: openStore(IN_MEMORY), now: () => now });
  deploy(template());
  endpoint = await endpointOf({ query: [cloudformation] });
  client = new CloudFormationClient({
    ...{ endpoint: endpoint.url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'none' },
  });
});

afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

describe('the stack of the template', () => {
  test('is described with its parameters and outputs, by name, by id, and without either', async () => {
    for (const input of [{ StackName }, { StackName: StackId }, {}]) {
      const { Stacks } = await client.send(new DescribeStacksCommand(input));

      expect(Stacks).toMatchObject([
        {
          ...{ StackName, StackId, StackStatus: 'CREATE_COMPLETE', Description: 'A shop & its events' },
          CreationTime: new Date(now),
          Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'prod' }],
          Outputs: [
            { OutputKey: 'LakeArn', OutputValue: 'arn:aws:s3:::lake', Description: 'of the <lake>' },
            {
              ...{ OutputKey: 'Queue', ExportName: 'shop-prod-queue' },
              OutputValue: 'http://127.0.0.1:1/000000000000/shop-prod-Jobs',
            },
          ],
        },
      ]);
    }
  });

  test('is listed, with its exports', async () => {
    const all = await client.send(new ListStacksCommand({}));
    const deleted = await client.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
    const { Exports } = await client.send(new ListExportsCommand({}));

    expect(all.StackSummaries).toMatchObject([{ StackName, StackStatus: 'CREATE_COMPLETE' }]);
    expect(deleted.StackSummaries ?? []).toEqual([]);
    expect(Exports).toEqual([
      {
        ExportingStackId: StackId,
        Name: 'shop-prod-queue',
        Value: 'http://127.0.0.1:1/000000000000/shop-prod-Jobs',
      },
    ]);
  });

  test('has its resources in pages of 100', async () => {
    const many = Array.from({ length: 150 }, (_, index) => [
      `Topic${index}`,
      { Type: 'AWS::SNS::Topic', Properties: {} },
    ]);
    deploy(template(Object.fromEntries(many)));

    const pages: (string | undefined)[][] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
      pages.push(StackResourceSummaries.map(({ LogicalResourceId }) => LogicalResourceId));

    expect(pages.map((page) => page.length)).toEqual([100, 52]);
    expect(new Set(pages.flat()).size).toBe(152);
  });

  test('tells one of its resources by either id', async () => {
    const detail = await client.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Lake' }),
    );
    const found = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: 'lake' }));

    expect(detail.StackResourceDetail).toMatchObject({
      ...{ StackName, LogicalResourceId: 'Lake', PhysicalResourceId: 'lake' },
      ...{ ResourceType: 'AWS::S3::Bucket', ResourceStatus: 'CREATE_COMPLETE' },
      LastUpdatedTimestamp: new Date(now),
    });
    expect(found.StackResources?.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['Lake', 'Jobs']);
  });

  test('gives the template back as it was packaged', async () => {
    const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));

    expect(JSON.parse(TemplateBody)).toEqual(template());
  });

  test('has an event of each resource, newest first', async () => {
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));

    expect(StackEvents?.map((event) => [event.LogicalResourceId, event.ResourceStatus])).toEqual([
      ['shop-prod', 'CREATE_COMPLETE'],
      ['Jobs', 'CREATE_COMPLETE'],
      ['Lake', 'CREATE_COMPLETE'],
      ['shop-prod', 'CREATE_IN_PROGRESS'],
    ]);
  });

  test('is updated by another template, and by the same one it is not', async () => {
    const created = now;
    now += 60_000;
    deploy(template());
    const same = await client.send(new DescribeStacksCommand({ StackName }));
    deploy(template({ Topic: { Type: 'AWS::SNS::Topic', Properties: {} } }));
    const other = await client.send(new DescribeStacksCommand({ StackName }));

    expect(same.Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
    expect(other.Stacks?.[0]).toMatchObject({
      ...{ StackStatus: 'UPDATE_COMPLETE', CreationTime: new Date(created) },
      LastUpdatedTime: new Date(now),
    });
  });
});

describe('refusals', () => {
  test("of another stack or resource are AWS's own", async () => {
    await expect(client.send(new DescribeStacksCommand({ StackName: 'other' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id other does not exist',
    });
    const missing = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'X' });
    await expect(client.send(missing)).rejects.toThrow('Resource X does not exist for stack shop-prod');
  });

  test('of an output that cannot be told name it', async () => {
    const Outputs = { Odd: { Value: { 'Fn::GetAtt': ['Lake', 'WebsiteURL'] } } };
    deploy({ ...template(), Outputs });

    await expect(client.send(new DescribeStacksCommand({ StackName }))).rejects.toThrow(
      'Output Odd: The emulator does not know WebsiteURL of Lake',
    );
  });

  test('of what makes a stack name the action', async () => {
    const creation = new CreateStackCommand({ StackName: 'mine', TemplateBody: '{}' });

    await expect(client.send(creation)).rejects.toThrow('CloudFormation.CreateStack is not emulated');
  });
});
