import { createHash } from 'node:crypto';
import { ACCOUNT_ID, REGION } from '../account.ts';
import type { JsonObject } from '../contracts.ts';
import { deliveryStreamArn } from '../firehose/arn.ts';
import { clusterArn, masterSecretArn } from '../rds/arn.ts';
import { scheduleArn, scheduleGroupArn } from '../scheduler/arn.ts';
import { secretArn } from '../secretsmanager/arn.ts';

export interface StackNames {
  /** AWS::StackName: prefix of the names CloudFormation makes up */
  stack: string;
  /** `http://127.0.0.1:<port>`: queue URLs and the API's address hang below it */
  endpoint: string;
  /** where the databases of the template are reached, by the logical ids of their clusters */
  databasePorts?: Readonly<Record<string, number>>;
}

/** How AWS answers for a resource: its name, `Ref`, and what `Fn::GetAtt` may ask. */
export interface Identity {
  name: string;
  ref: string;
  attributes: Readonly<Record<string, string>>;
}

interface Kind {
  /** path of the property that holds the name; without one the resource has no name of its own */
  nameAt?: readonly string[];
  /** path of the property that holds the name or ARN of what it belongs to, where its own ARN has that */
  parentAt?: readonly string[];
  /** CloudFormation lower-cases made-up names of buckets; RDS lower-cases every name */
  lowerCase?: 'madeUp' | 'all';
  identify(name: string, names: StackNames, logicalId: string, parent: string): Omit<Identity, 'name'>;
}

const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${rest}`;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The same template gives the same id on every boot, so what is stored under it is found again. */
const stableUuid = (text: string): string => {
  const hex = digest(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const named = (
  nameAt: readonly string[],
  attributes: (name: string) => Record<string, string> = () => ({}),
): Kind => ({
  nameAt,
  identify: (name) => ({ ref: name, attributes: attributes(name) }),
});

const byArn = (
  nameAt: readonly string[],
  arnOf: (name: string) => string,
  nameAttribute: string,
  arnAttribute: string,
): Kind => ({
  nameAt,
  identify: (name) => ({
    ref: arnOf(name),
    attributes: { [nameAttribute]: name, [arnAttribute]: arnOf(name) },
  }),
});

const bucket: Kind = {
  nameAt: ['BucketName'],
  lowerCase: 'madeUp',
  identify: (name) => ({
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${REGION}.amazonaws.com`,
    },
  }),
};

const queue: Kind = {
  nameAt: ['QueueName'],
  identify: (name, names) => {
    const url = `${names.endpoint}/${ACCOUNT_ID}/${name}`;
    return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
  },
};

const eventSourceMapping: Kind = {
  identify: (_name, names, logicalId) => {
    const uuid = stableUuid(`${names.stack}/${logicalId}`);
    return {
      ref: uuid,
      attributes: { Id: uuid, EventSourceMappingArn: arn('lambda', `event-source-mapping:${uuid}`) },
    };
  },
};

/** Its ARN ends in the second it was registered: here in the same one on every boot. */
const streamConsumer: Kind = {
  nameAt: ['ConsumerName'],
  parentAt: ['StreamARN'],
  identify: (name, _names, _logicalId, stream) => {
    const consumer = `${stream}/consumer/${name}:1`;
    const attributes = { ConsumerARN: consumer, ConsumerName: name, StreamARN: stream };
    return { ref: consumer, attributes: { ...attributes, ConsumerStatus: 'ACTIVE' } };
  },
};

const httpApi: Kind = {
  nameAt: ['Name'],
  identify: (_name, names, logicalId) => {
    const id = digest(`${names.stack}/${logicalId}`).slice(0, 10);
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: names.endpoint } };
  },
};

const databaseCluster: Kind = {
  nameAt: ['DBClusterIdentifier'],
  lowerCase: 'all',
  identify: (name, { databasePorts }, logicalId) => ({
    ref: name,
    attributes: {
      DBClusterArn: clusterArn(name),
      'Endpoint.Address': '127.0.0.1',
      'Endpoint.Port': String(databasePorts?.[logicalId] ?? 5432),
      'ReadEndpoint.Address': '127.0.0.1',
      'MasterUserSecret.SecretArn': masterSecretArn(name),
    },
  }),
};

const securityGroup: Kind = {
  identify: (_name, names, logicalId) => {
    const id = `sg-${digest(`${names.stack}/${logicalId}`).slice(0, 17)}`;
    return { ref: id, attributes: { GroupId: id, Id: id } };
  },
};

const kinds: Readonly<Record<string, Kind>> = {
  'AWS::S3::Bucket': bucket,
  'AWS::Kinesis::Stream': named(['Name'], (name) => ({ Arn: arn('kinesis', `stream/${name}`) })),
  'AWS::Kinesis::StreamConsumer': streamConsumer,
  'AWS::KinesisFirehose::DeliveryStream': named(['DeliveryStreamName'], (name) => ({
    Arn: deliveryStreamArn(name),
  })),
  'AWS::DynamoDB::Table': named(['TableName'], (name) => ({ Arn: arn('dynamodb', `table/${name}`) })),
  'AWS::Glue::Database': named(['DatabaseInput', 'Name']),
  'AWS::Glue::Table': named(['TableInput', 'Name']),
  'AWS::Glue::Crawler': named(['Name']),
  'AWS::Athena::WorkGroup': named(['Name']),
  'AWS::SNS::Topic': byArn(['TopicName'], (name) => arn('sns', name), 'TopicName', 'TopicArn'),
  'AWS::SQS::Queue': queue,
  'AWS::Lambda::Function': named(['FunctionName'], (name) => ({ Arn: arn('lambda', `function:${name}`) })),
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::StepFunctions::StateMachine': byArn(
    ['StateMachineName'],
    (name) => arn('states', `stateMachine:${name}`),
    'Name',
    'Arn',
  ),
  'AWS::Scheduler::Schedule': {
    nameAt: ['Name'],
    parentAt: ['GroupName'],
    identify: (name, _names, _logicalId, group) => ({
      ref: name,
      attributes: { Arn: scheduleArn(name, group) },
    }),
  },
  'AWS::Scheduler::ScheduleGroup': named(['Name'], (name) => ({
    Arn: scheduleGroupArn(name),
    State: 'ACTIVE',
  })),
  'AWS::Events::Rule': named(['Name'], (name) => ({ Arn: arn('events', `rule/${name}`) })),
  'AWS::ApiGatewayV2::Api': httpApi,
  'AWS::IAM::Role': named(['RoleName'], (name) => ({
    Arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}`,
    RoleId: digest(name).slice(0, 20).toUpperCase(),
  })),
  'AWS::Logs::LogGroup': named(['LogGroupName'], (name) => ({ Arn: arn('logs', `log-group:${name}:*`) })),
  'AWS::Logs::LogStream': named(['LogStreamName']),
  'AWS::CloudWatch::Alarm': named(['AlarmName'], (name) => ({ Arn: arn('cloudwatch', `alarm:${name}`) })),
  'AWS::SecretsManager::Secret': {
    nameAt: ['Name'],
    identify: (name) => ({ ref: secretArn(name), attributes: { Id: secretArn(name) } }),
  },
  'AWS::RDS::DBCluster': databaseCluster,
  'AWS::RDS::DBInstance': {
    ...named(['DBInstanceIdentifier'], (name) => ({ DBInstanceArn: arn('rds', `db:${name}`) })),
    lowerCase: 'all',
  },
  'AWS::RDS::DBSubnetGroup': { ...named(['DBSubnetGroupName']), lowerCase: 'all' },
  'AWS::EC2::SecurityGroup': securityGroup,
  'AWS::KMS::Key': {
    identify: (_name, names, id) => {
      const key = stableUuid(`${names.stack}/${id}`);
      return { ref: key, attributes: { KeyId: key, Arn: arn('kms', `key/${key}`) } };
    },
  },
};

/** Property path of the resource's name, or undefined for a type that has none. */
export const namePath = (type: string): readonly string[] | undefined => kinds[type]?.nameAt;

/** Property path of the name or ARN of what it belongs to, or undefined for a type whose own ARN does not have it. */
export const parentPath = (type: string): readonly string[] | undefined => kinds[type]?.parentAt;

/** `explicitName` is the resolved name property, if the template gives one; `parent` that at `parentPath`. */
export const identify = (
  type: string,
  logicalId: string,
  explicitName: string | undefined,
  names: StackNames,
  parent = '',
): Identity => {
  const kind = kinds[type];
  const madeUp = `${names.stack}-${logicalId}`;
  const given = explicitName ?? (kind?.lowerCase ? madeUp.toLowerCase() : madeUp);
  const name = kind?.lowerCase === 'all' ? given.toLowerCase() : given;
  return { name, ...(kind?.identify(name, names, logicalId, parent) ?? { ref: name, attributes: {} }) };
};

/** `{a: {b: 1}}` at `['a', 'b']`. */
export const propertyAt = (
  properties: JsonObject,
  path: readonly string[],
): JsonObject[string] | undefined => {
  let value: JsonObject[string] | undefined = properties;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = value[step];
  }
  return value;
};
