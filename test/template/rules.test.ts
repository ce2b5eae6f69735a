import '../helpers/someWindow.ts';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { packageStage } from '../../client/package.ts';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';
import { changedParams, packaged, stateMachines } from '../helpers/packaged.ts';
import { calledIn, rules, tasksOutlivingTheirState } from './support/rules.ts';

const stages = ['prod', 'dev', 'local'] as const;
const retention = 'what holds data is kept or removed as its stage says, not by default';

const packages = new Map<string, { resources: Resources; machines: Record<string, unknown> }>();

beforeAll(async () => {
  for (const stage of stages) {
    const one = await packaged(stage);
    const resources = resourcesOf(join(one.folder, 'cloudformation-template-update-stack.json'));
    packages.set(stage, { resources, machines: stateMachines(one) });
  }
}, 200_000);

const of = (stage: string) => packages.get(stage) ?? { resources: {}, machines: {} };

describe.each(stages)('in the template of %s', (stage) => {
  test.each(Object.keys(rules).filter((rule) => rule !== retention))('%s', (rule) => {
    expect(rules[rule]?.(of(stage).resources)).toEqual([]);
  });

  test('a state gives a function longer than the function gives itself', () => {
    const { machines, resources } = of(stage);
    const called = Object.values(machines).flatMap(calledIn);
    const faults = Object.values(machines).flatMap((machine) => tasksOutlivingTheirState(machine, resources));
    expect(called.length).toBeGreaterThan(10);
    expect(called.filter(({ functionId }) => resources[functionId] === undefined)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

describe('data, when the stack goes', () => {
  test('is kept in prod', () => {
    expect(rules[retention]?.(of('prod').resources)).toEqual([]);
  });

  test('goes along in dev and locally, where it is made up', () => {
    const data = ['EventStream', 'FailedBucket', 'KeysTable', 'LakeBucket', 'LedgerTable', 'ResultsBucket'];
    for (const stage of ['dev', 'local']) {
      const going = rules[retention]?.(of(stage).resources) ?? [];
      expect(going.sort()).toEqual(data.map((id) => `${id} goes with the stack`));
    }
  });
});

/**
 * Reserved concurrency takes from what the account has (10 in a new one) whether or not it is used, and caps the
 * function at the same figure. A function is added here with how many of it can run at once, and why that needs no cap.
 */
const unreserved: Record<string, string> = {
  collect:
    'one a request that is under way; a cap would refuse events that the stream can take: the API throttles. A stage may say otherwise: collectConcurrency',
  land: 'one a shard: parallelizationFactor is 1. A stage may keep as many free for it: landConcurrency',
  windows: 'one a shard: parallelizationFactor is 1',
  plan: 'one a run of the etl',
  build: 'five a run of the etl (MaxConcurrency of the Map), and five runs of a backfill: 25',
  publish: 'as build',
  reconcile: 'one a run of the etl',
  reconcileAll: 'one a day',
  tally: 'one a run of the etl',
  publishMart: 'four a run of the etl (MaxConcurrency of the Map)',
  sweep: 'one a run of the etl',
  report: 'one a run of the etl',
  recordFailure: 'as build',
  planBackfill: 'one a backfill',
  reportBackfill: 'one a backfill',
};

describe('concurrency', () => {
  const concurrencies = () =>
    Object.values(of('prod').resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => ({
        key: String(Properties.FunctionName).replace('headrace-prod-', ''),
        reserved: Properties.ReservedConcurrentExecutions,
      }));

  test('is reserved for no function by default: an account with its first quota could not deploy', () => {
    const none = [undefined, { Ref: 'AWS::NoValue' }];
    expect(
      concurrencies().filter(({ reserved }) => !none.some((one) => isDeepStrictEqual(one, reserved))),
    ).toEqual([]);
    expect(
      concurrencies()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(Object.keys(unreserved).sort());
  });

  test('is reserved for the collector and for land where the params say so', async () => {
    const folder = await packageStage('prod', changedParams);
    const resources = resourcesOf(join(folder, 'cloudformation-template-update-stack.json'));
    const reserved = ['Collect', 'Land', 'Build'].map(
      (name) => resources[`${name}LambdaFunction`]?.Properties.ReservedConcurrentExecutions,
    );
    expect(reserved).toEqual([200, 8, undefined]);
  }, 200_000);

  test('of land is bounded by the shards', () => {
    const mapping = of('prod').resources.LandEventSourceMappingKinesisEventStream;
    expect(mapping?.Properties.ParallelizationFactor).toBe(1);
  });
});

/** For each rule resources that break it, and the fault it must find: a rule that cannot fail is none. */
const faulty: [
  rule: string,
  resources: Record<string, [type: string, properties: Record<string, unknown>]>,
  fault: string,
][] = [
  ['a bucket is encrypted', { B: ['AWS::S3::Bucket', {}] }, 'B names no encryption'],
  [
    'a bucket is closed to the public',
    { B: ['AWS::S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }] },
    'B leaves a way to the public open',
  ],
  [
    'a bucket refuses whoever comes without TLS',
    {
      B: ['AWS::S3::Bucket', {}],
      P: [
        'AWS::S3::BucketPolicy',
        { Bucket: { Ref: 'B' }, PolicyDocument: { Statement: [{ Effect: 'Deny' }] } },
      ],
    },
    'B has no policy that denies plain HTTP',
  ],
  [
    'a bucket of ours has a life cycle, and ends uploads that were never finished',
    { B: ['AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 1 }] } }] },
    'B keeps what was begun for ever',
  ],
  ['a stream is encrypted with a key of KMS', { S: ['AWS::Kinesis::Stream', {}] }, 'S is not encrypted'],
  ['a table is encrypted with a key of KMS', { T: ['AWS::DynamoDB::Table', {}] }, 'T is not encrypted'],
  [
    'a queue has a dead-letter queue, or is one',
    {
      Q: ['AWS::SQS::Queue', { RedrivePolicy: { x: { Ref: 'D' } } }],
      D: ['AWS::SQS::Queue', {}],
      R: ['AWS::SQS::Queue', {}],
    },
    'R loses what cannot be processed',
  ],
  ['a log group forgets', { L: ['AWS::Logs::LogGroup', { LogGroupName: 'l' }] }, 'L keeps logs for ever'],
  [
    'a function has a log group of its own in the template',
    {
      F: ['AWS::Lambda::Function', { FunctionName: 'f' }],
      L: ['AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/g', RetentionInDays: 1 }],
    },
    'F would have one that nobody ends',
  ],
  [
    'a function is traced, but for one behind an HTTP API',
    { F: ['AWS::Lambda::Function', { TracingConfig: { Mode: 'PassThrough' } }] },
    'F is not traced by X-Ray',
  ],
  ['a function runs on arm64', { F: ['AWS::Lambda::Function', {}] }, 'F runs on what costs a quarter more'],
  [
    'a function behind an API answers before the API gives up at 30 s',
    {
      I: ['AWS::ApiGatewayV2::Integration', { IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] } }],
      F: ['AWS::Lambda::Function', { Timeout: 30 }],
    },
    'I calls F, which may take longer',
  ],
  [
    'a machine is traced and logs its errors',
    { M: ['AWS::StepFunctions::StateMachine', { TracingConfiguration: { Enabled: true } }] },
    'M leaves no log or no trace',
  ],
  [
    'an alarm tells somebody',
    { A: ['AWS::CloudWatch::Alarm', { AlarmActions: [] }] },
    'A rings where nobody hears it',
  ],
  [
    'an alarm says what missing data means',
    { A: ['AWS::CloudWatch::Alarm', {}] },
    'A waits for ever when its metric ends',
  ],
  [retention, { T: ['AWS::DynamoDB::Table', {}] }, 'T goes with the stack'],
];

describe('each rule finds what breaks it:', () => {
  test.each(faulty)('%s', (rule, resources, fault) => {
    const given: Resources = Object.fromEntries(
      Object.entries(resources).map(([id, [Type, Properties]]) => [
        id,
        { Type, Properties, DeletionPolicy: 'Delete' },
      ]),
    );
    expect(rules[rule]?.(given)).toEqual([fault]);
  });

  test('no rule is without such an example', () => {
    expect(faulty.map(([rule]) => rule).sort()).toEqual(Object.keys(rules).sort());
  });

  test('a state that ends before its function is named', () => {
    const machine = {
      States: {
        Plan: {
          Resource: 'arn:aws:states:::lambda:invoke',
          TimeoutSeconds: 60,
          Parameters: { FunctionName: 'PlanLambdaFunction' },
        },
      },
    };
    const resources = {
      PlanLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        DeletionPolicy: 'Delete',
        Properties: { Timeout: 60 },
      },
    };
    expect(tasksOutlivingTheirState(machine, resources)).toEqual([
      "Plan gives its function 60 s, no more than the function's own timeout",
    ]);
  });
});
