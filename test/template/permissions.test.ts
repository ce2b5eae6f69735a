import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const several = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.array(schema), schema.transform((one) => [one])]);

const statement = z.object({
  Effect: z.literal('Allow'),
  Action: z.union([z.array(z.string()), z.string().transform((one) => [one])]),
  Resource: several(z.unknown()),
  Condition: z.unknown().optional(),
});

const role = z.object({
  AssumeRolePolicyDocument: z.object({
    Statement: z.tuple([
      z.object({ Principal: z.object({ Service: z.string() }), Condition: z.unknown().optional() }),
    ]),
  }),
  ManagedPolicyArns: z.undefined().optional(),
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })),
});

/** Actions that AWS grants on `*` only, as each service's list of actions, resources and condition keys says. */
const withoutResources = [
  'cloudwatch:PutMetricData', // bounded by its namespace
  ...[
    'CreateLogDelivery',
    'GetLogDelivery',
    'UpdateLogDelivery',
    'DeleteLogDelivery',
    'ListLogDeliveries',
  ].map((name) => `logs:${name}`),
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'].map((name) => `logs:${name}`),
  ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map(
    (name) => `xray:${name}`,
  ),
];

let roles: [id: string, role: z.infer<typeof role>][];
const prod = packagedOnce('prod');

beforeAll(async () => {
  roles = prod.ofType('AWS::IAM::Role').map(([id, properties]) => [id, role.parse(properties)]);
});

const statementsOf = (id: string) =>
  roles
    .find(([name]) => name === id)?.[1]
    .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [];

/** What a role may do, action by action; logical ids of the template stand as <Id>. */
const grants = (id: string): string[] =>
  statementsOf(id)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((on) => `${action} ${written(on)}`)),
    )
    .sort();

const written = (resource: unknown): string => {
  const sub = z.object({ 'Fn::Sub': z.string() }).safeParse(resource).data?.['Fn::Sub'];
  const attribute = z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
    .safeParse(resource).data;
  const reference = z.object({ Ref: z.string() }).safeParse(resource).data?.Ref;
  if (sub !== undefined) return sub.replaceAll(/\$\{([^}]*?)(\.Arn)?\}/g, '<$1>');
  return attribute || reference ? `<${attribute?.['Fn::GetAtt'][0] ?? reference}>` : String(resource);
};

describe('every role', () => {
  test('belongs to a function, a machine, the clock or the crawler', () => {
    const services = roles.map(([id, one]) => [
      id,
      one.AssumeRolePolicyDocument.Statement[0].Principal.Service,
    ]);
    const others = services.filter(([, service]) => service !== 'lambda.amazonaws.com');
    expect(Object.fromEntries(others)).toEqual({
      EtlRole: 'states.amazonaws.com',
      BackfillRole: 'states.amazonaws.com',
      EtlScheduleRole: 'scheduler.amazonaws.com',
      ReconcileScheduleRole: 'scheduler.amazonaws.com',
      CrawlerRole: 'glue.amazonaws.com',
    });
    expect(services.length - others.length).toBe(prod.ofType('AWS::Lambda::Function').length);
  });

  test('is lent by AWS only on behalf of this account, where AWS is known to say for whom it asks', () => {
    const lenders = ['EtlRole', 'BackfillRole', 'EtlScheduleRole', 'ReconcileScheduleRole'];
    const lent = roles.filter(([id]) => lenders.includes(id));
    expect(lent).toHaveLength(lenders.length);
    const crawler = roles.find(([id]) => id === 'CrawlerRole')?.[1];
    expect(crawler?.AssumeRolePolicyDocument.Statement[0].Condition).toBeUndefined();
    for (const [, one] of lent) {
      expect(one.AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      });
    }
  });

  test('names its actions one by one', () => {
    const all = roles.flatMap(([id]) =>
      statementsOf(id).flatMap(({ Action }) => Action.map((action) => `${id} ${action}`)),
    );
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((line) => !/^\w+ [a-z0-9]+:[A-Z][A-Za-z]+$/.test(line))).toEqual([]);
  });

  test('has `*` for a resource only where AWS knows no other', () => {
    const wide = roles.flatMap(([id]) =>
      statementsOf(id)
        .filter(({ Resource }) => Resource.includes('*'))
        .flatMap(({ Action }) =>
          Action.filter((action) => !withoutResources.includes(action)).map((action) => `${id} ${action}`),
        ),
    );
    expect(wide).toEqual([]);
  });

  test('may put metrics of no namespace but its own', () => {
    const metrics = roles
      .flatMap(([id]) => statementsOf(id))
      .filter(({ Action }) => Action.includes('cloudwatch:PutMetricData'));
    expect(metrics.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'cloudwatch:namespace': 'Glue' } },
    ]);
  });
});

describe('who may write where', () => {
  const writers = (pattern: RegExp): string[] =>
    roles
      .flatMap(([id]) =>
        grants(id)
          .filter((grant) => pattern.test(grant))
          .map((grant) => `${id}: ${grant}`),
      )
      .sort();

  test('raw objects come from land alone, and nobody may delete one', () => {
    expect(writers(/^s3:(Put|Delete)Object <LakeBucket>\/(raw\/|\*)/)).toEqual([
      'LandRole: s3:PutObject <LakeBucket>/raw/*',
    ]);
  });

  test('builds come from build and go with sweep', () => {
    expect(writers(/^s3:(Put|Delete)Object .*\/events\//)).toEqual([
      'BuildRole: s3:PutObject <LakeBucket>/events/*',
      'SweepRole: s3:DeleteObject <LakeBucket>/events/*',
    ]);
  });

  test('lines that a build rejected come to readers, and go, with publish alone: a build cannot touch them', () => {
    expect(writers(/^s3:(Put|Delete)Object .*\/(quarantine|rejected)\//)).toEqual([
      'BuildRole: s3:PutObject <LakeBucket>/rejected/*',
      'LandRole: s3:PutObject <LakeBucket>/quarantine/*',
      'PublishRole: s3:DeleteObject <LakeBucket>/quarantine/dt=*/hr=*/build-*',
      'PublishRole: s3:PutObject <LakeBucket>/quarantine/dt=*/hr=*/build-*',
    ]);
  });

  test('files of marts go with sweep alone, when readers are done with them', () => {
    expect(writers(/^s3:DeleteObject .*\/marts\//)).toEqual([
      'SweepRole: s3:DeleteObject <LakeBucket>/marts/*',
    ]);
  });

  test('of land is what it lands, its failed batches, and the stale marks', () => {
    expect(writers(/^(s3:Put|dynamodb)/).filter((line) => line.startsWith('LandRole'))).toEqual([
      'LandRole: dynamodb:UpdateItem <LedgerTable>',
      'LandRole: s3:PutObject <FailedBucket>/aws/lambda/*',
      'LandRole: s3:PutObject <LakeBucket>/quarantine/*',
      'LandRole: s3:PutObject <LakeBucket>/raw/*',
    ]);
  });

  test('the collector writes to the stream and reads write keys: nothing of the lake, nothing of the ledger', () => {
    expect(grants('CollectRole').filter((grant) => !/^(logs|xray):/.test(grant))).toEqual([
      'dynamodb:GetItem <KeysTable>',
      'kinesis:PutRecords <EventStream>',
    ]);
  });

  test('write keys are read by the collector and written by no role at all', () => {
    expect(writers(/KeysTable/)).toEqual(['CollectRole: dynamodb:GetItem <KeysTable>']);
  });

  test('the crawler changes tables of its own only', () => {
    const changed = grants('CrawlerRole').filter((grant) =>
      /^glue:(Create|Update|Batch(Create|Update))\w+ .*:table\//.test(grant),
    );
    expect(changed.length).toBeGreaterThan(3);
    expect(changed.filter((grant) => !grant.endsWith('/discovered_*'))).toEqual([]);
  });

  test('the clock may start the machine and the count of everything, and do nothing else', () => {
    expect(grants('EtlScheduleRole')).toEqual(['states:StartExecution <EtlStateMachine>']);
    expect(grants('ReconcileScheduleRole')).toEqual(['lambda:InvokeFunction <ReconcileAllLambdaFunction>']);
  });

  test('the machine may look at the database `default`, which Athena asks for, and no other but its own', () => {
    const looked = grants('EtlRole').filter((grant) => /^glue:GetDatabase .*database\//.test(grant));
    expect(looked.map((grant) => grant.split('database/')[1])).toEqual(['<CatalogDatabase>', 'default']);
  });

  test('the machine reaches the results of its own queries, and nobody else’s', () => {
    const results = grants('EtlRole').filter((grant) => /Object <ResultsBucket>/.test(grant));
    expect(results).toEqual(['s3:GetObject <ResultsBucket>/etl/*', 's3:PutObject <ResultsBucket>/etl/*']);
    const started = grants('EtlRole').filter((grant) => /^athena:StartQuery/.test(grant));
    expect(started.map((grant) => grant.split('workgroup/')[1])).toEqual(['<EtlWorkGroup>']);
    expect(prod.resources.EtlWorkGroup?.Properties).toMatchObject({
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: { OutputLocation: { 'Fn::Sub': `s3://\${ResultsBucket}/etl/` } },
      },
    });
  });

  test('the machine may call every function that is one of its steps, and no consumer of the stream, nor the collector', () => {
    const called = grants('EtlRole').filter((grant) => grant.startsWith('lambda:'));
    const steps = prod
      .ofType('AWS::Lambda::Function')
      .map(([id]) => id)
      .filter((id) => !/^(Collect|Land|Windows|PlanBackfill|ReportBackfill|ReconcileAll)/.test(id));
    expect(called).toEqual(steps.map((id) => `lambda:InvokeFunction <${id}>`).sort());
  });

  test('a backfill may start runs of the etl, wait for them and stop them, and do nothing itself', () => {
    const states = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
    const rule =
      'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';
    expect(grants('BackfillRole').filter((grant) => !/^(logs|xray):/.test(grant))).toEqual([
      `events:DescribeRule ${rule}`,
      `events:PutRule ${rule}`,
      `events:PutTargets ${rule}`,
      'lambda:InvokeFunction <PlanBackfillLambdaFunction>',
      'lambda:InvokeFunction <RecordFailureLambdaFunction>',
      'lambda:InvokeFunction <ReportBackfillLambdaFunction>',
      `states:DescribeExecution ${states}:execution:<EtlStateMachine.Name>:*`,
      'states:StartExecution <EtlStateMachine>',
      `states:StopExecution ${states}:execution:<EtlStateMachine.Name>:*`,
    ]);
  });
});
