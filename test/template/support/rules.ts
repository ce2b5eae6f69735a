import { z } from 'zod';
import type { Resources } from '../../../scripts/resourceList.ts';

/** What must hold of the resources of any stage. Each rule returns what is wrong, by logical id; nothing, if all is well. */
export type Rule = (resources: Resources) => string[];

type Resource = Resources[string];
const ofType = (resources: Resources, type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, one]) => one.Type === type);

/** A rule about each resource of a type: `fault` says what is wrong with one, or nothing. */
const each =
  (type: string, fault: (one: Resource, id: string, all: Resources) => string | undefined): Rule =>
  (resources) =>
    ofType(resources, type).flatMap(([id, one]) => {
      const found = fault(one, id, resources);
      return found === undefined ? [] : [`${id} ${found}`];
    });

const refersTo = (value: unknown, id: string): boolean => {
  const text = JSON.stringify(value) ?? '';
  return text.includes(`"${id}"`) || text.includes(`\${${id}}`) || text.includes(`\${${id}.`);
};

const lambdaTask = z.looseObject({
  Resource: z.literal('arn:aws:states:::lambda:invoke'),
  TimeoutSeconds: z.number(),
  Parameters: z.looseObject({ FunctionName: z.string() }),
});

/** Every Task of a definition that calls a function: its timeout and the logical id of the function. */
export const calledIn = (definition: unknown): { task: string; seconds: number; functionId: string }[] => {
  const walk = (value: unknown, name: string): ReturnType<typeof calledIn> => {
    const task = lambdaTask.safeParse(value).data;
    if (task) return [{ task: name, seconds: task.TimeoutSeconds, functionId: task.Parameters.FunctionName }];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => walk(item, key));
  };
  return walk(definition, '');
};

/** Of a task that is ended by its state before its own timeout, nobody learns why it was slow. */
export const tasksOutlivingTheirState = (definition: unknown, resources: Resources): string[] =>
  calledIn(definition)
    .filter(({ seconds, functionId }) => seconds <= Number(resources[functionId]?.Properties.Timeout))
    .map(
      ({ task, seconds }) =>
        `${task} gives its function ${seconds} s, no more than the function's own timeout`,
    );

const keepsData = new Set([
  'AWS::S3::Bucket',
  'AWS::DynamoDB::Table',
  'AWS::Kinesis::Stream',
  'AWS::KMS::Key',
]);

export const rules: Record<string, Rule> = {
  'a bucket is encrypted': each('AWS::S3::Bucket', ({ Properties }) =>
    /"SSEAlgorithm":"(AES256|aws:kms)"/.test(JSON.stringify(Properties.BucketEncryption) ?? '')
      ? undefined
      : 'names no encryption',
  ),
  'a bucket is closed to the public': each('AWS::S3::Bucket', ({ Properties }) => {
    const block = JSON.stringify(Properties.PublicAccessBlockConfiguration) ?? '';
    return (block.match(/true/g) ?? []).length === 4 ? undefined : 'leaves a way to the public open';
  }),
  'a bucket refuses whoever comes without TLS': each('AWS::S3::Bucket', (_one, id, all) => {
    const policy = ofType(all, 'AWS::S3::BucketPolicy').find(([, { Properties }]) =>
      refersTo(Properties.Bucket, id),
    );
    const text = JSON.stringify(policy?.[1].Properties.PolicyDocument) ?? '';
    return /"Effect":"Deny"/.test(text) && /"aws:SecureTransport":("false"|false)/.test(text)
      ? undefined
      : 'has no policy that denies plain HTTP';
  }),
  'a bucket of ours has a life cycle, and ends uploads that were never finished': each(
    'AWS::S3::Bucket',
    ({ Properties }, id) =>
      id === 'ServerlessDeploymentBucket' || // osls keeps the zips of the last five deployments there and removes older ones
      (JSON.stringify(Properties.LifecycleConfiguration) ?? '').includes('AbortIncompleteMultipartUpload')
        ? undefined
        : 'keeps what was begun for ever',
  ),
  'a stream is encrypted with a key of KMS': each('AWS::Kinesis::Stream', ({ Properties }) =>
    (JSON.stringify(Properties.StreamEncryption) ?? '').includes('"KMS"') ? undefined : 'is not encrypted',
  ),
  'a table is encrypted with a key of KMS': each('AWS::DynamoDB::Table', ({ Properties }) =>
    (JSON.stringify(Properties.SSESpecification) ?? '').includes('true') ? undefined : 'is not encrypted',
  ),
  'a queue has a dead-letter queue, or is one': each('AWS::SQS::Queue', ({ Properties }, id, all) => {
    const isOne = ofType(all, 'AWS::SQS::Queue').some(([, other]) =>
      refersTo(other.Properties.RedrivePolicy, id),
    );
    const isDestination = ofType(all, 'AWS::Lambda::EventSourceMapping').some(([, mapping]) =>
      refersTo(mapping.Properties.DestinationConfig, id),
    );
    if (isDestination) return undefined;
    return Properties.RedrivePolicy !== undefined || isOne ? undefined : 'loses what cannot be processed';
  }),
  'a log group forgets': each('AWS::Logs::LogGroup', ({ Properties }) =>
    Number(Properties.RetentionInDays) > 0 ? undefined : 'keeps logs for ever',
  ),
  'a function has a log group of its own in the template': each(
    'AWS::Lambda::Function',
    ({ Properties }, _id, all) =>
      ofType(all, 'AWS::Logs::LogGroup').some(
        ([, group]) => group.Properties.LogGroupName === `/aws/lambda/${Properties.FunctionName}`,
      )
        ? undefined
        : 'would have one that nobody ends',
  ),
  'a function is traced, but for one behind an HTTP API': each(
    'AWS::Lambda::Function',
    ({ Properties }, id, all) =>
      (JSON.stringify(Properties.TracingConfig) ?? '').includes('"Active"') ||
      ofType(all, 'AWS::ApiGatewayV2::Integration').some(([, one]) =>
        refersTo(one.Properties.IntegrationUri, id),
      )
        ? undefined
        : 'is not traced by X-Ray',
  ),
  'a function runs on arm64': each('AWS::Lambda::Function', ({ Properties }) =>
    JSON.stringify(Properties.Architectures) === '["arm64"]'
      ? undefined
      : 'runs on what costs a quarter more',
  ),
  'a function behind an API answers before the API gives up at 30 s': each(
    'AWS::ApiGatewayV2::Integration',
    ({ Properties }, _id, all) => {
      const late = ofType(all, 'AWS::Lambda::Function').filter(
        ([id, one]) => refersTo(Properties.IntegrationUri, id) && Number(one.Properties.Timeout) >= 30,
      );
      return late.length === 0 ? undefined : `calls ${late[0]?.[0]}, which may take longer`;
    },
  ),
  'a machine is traced and logs its errors': each('AWS::StepFunctions::StateMachine', ({ Properties }) => {
    const logged = /"Level":"(ERROR|ALL)"|"level":"(ERROR|ALL)"/.test(
      JSON.stringify(Properties.LoggingConfiguration) ?? '',
    );
    const traced = /true/.test(JSON.stringify(Properties.TracingConfiguration) ?? '');
    return logged && traced ? undefined : 'leaves no log or no trace';
  }),
  'an alarm tells somebody': each('AWS::CloudWatch::Alarm', ({ Properties }) => {
    const targets = z.array(z.unknown()).min(1);
    return targets.safeParse(Properties.AlarmActions).success ? undefined : 'rings where nobody hears it';
  }),
  'an alarm says what missing data means': each('AWS::CloudWatch::Alarm', ({ Properties }) =>
    Properties.TreatMissingData === undefined ? 'waits for ever when its metric ends' : undefined,
  ),
  'what holds data is kept or removed as its stage says, not by default': (resources) =>
    Object.entries(resources)
      .filter(([id, one]) => keepsData.has(one.Type) && id !== 'ServerlessDeploymentBucket')
      .filter(([, one]) => one.DeletionPolicy !== 'Retain')
      .map(([id]) => `${id} goes with the stack`),
};
