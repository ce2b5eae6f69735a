import { describe, expect, test } from '@jest/globals';
import { parseTemplate } from '../../src/template/read.ts';
import { resolveTemplate, type TemplateResource } from '../../src/template/resolveTemplate.ts';

const names = { stack: 'headrace-local', endpoint: 'http://127.0.0.1:4566' };

const resolved = (template: object): TemplateResource[] => resolveTemplate(parseTemplate(template), names);

/** The properties of a resource `It`, whose value stands under `Value`. */
const resolvedValue = (value: unknown, rest: object = {}): unknown => {
  const template = {
    Resources: { It: { Type: 'AWS::Logs::LogGroup', Properties: { Value: value } }, ...others },
    ...rest,
  };
  return resolved(template).find(({ logicalId }) => logicalId === 'It')?.properties.Value;
};

const others = {
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'events' } },
  Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'etl' } },
  Consumer: {
    Type: 'AWS::Kinesis::StreamConsumer',
    Properties: { ConsumerName: 'windows', StreamARN: { 'Fn::GetAtt': ['Stream', 'Arn'] } },
  },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
};

describe('an intrinsic function', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref to a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Ref to a bucket is its name', { Ref: 'Bucket' }, 'lake'],
    [
      'Ref to a state machine is its ARN',
      { Ref: 'Machine' },
      'arn:aws:states:us-east-1:000000000000:stateMachine:etl',
    ],
    ['Ref to a queue is its URL', { Ref: 'Queue' }, 'http://127.0.0.1:4566/000000000000/dead'],
    ['Ref to a topic is its ARN', { Ref: 'Topic' }, 'arn:aws:sns:us-east-1:000000000000:alarms'],
    [
      'GetAtt as a list',
      { 'Fn::GetAtt': ['Stream', 'Arn'] },
      'arn:aws:kinesis:us-east-1:000000000000:stream/events',
    ],
    [
      'Ref to a consumer of a stream is its ARN, which has that of the stream',
      { Ref: 'Consumer' },
      'arn:aws:kinesis:us-east-1:000000000000:stream/events/consumer/windows:1',
    ],
    [
      'GetAtt of its stream',
      { 'Fn::GetAtt': ['Consumer', 'StreamARN'] },
      'arn:aws:kinesis:us-east-1:000000000000:stream/events',
    ],
    ['GetAtt as text', { 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::lake'],
    [
      'Sub',
      { 'Fn::Sub': 's3://$(Bucket)/raw/ $(AWS::Region) $(Stream.Arn) $(!Kept)' },
      's3://lake/raw/ us-east-1 arn:aws:kinesis:us-east-1:000000000000:stream/events $(Kept)',
    ],
    [
      'Sub with variables of its own',
      { 'Fn::Sub': ['$(a)-$(Bucket)', { a: { Ref: 'Stream' } }] },
      'events-lake',
    ],
    ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Bucket' }, 3]] }, 'a/lake/3'],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
    [
      'If takes one branch and never looks at the other',
      { 'Fn::If': ['IsProd', { Ref: 'Nobody' }, 'small'] },
      'small',
    ],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, 512],
    ['Base64', { 'Fn::Base64': 'ü' }, 'w7w='],
    [
      'NoValue takes its property away',
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: ['x', { 'Fn::If': ['IsProd', 1, { Ref: 'AWS::NoValue' }] }] },
      { a: 1, c: ['x'] },
    ],
    [
      "a policy's Condition block is data",
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  ])('%s', (_what, value, expected) => {
    const rest = {
      Parameters: { Stage: { Type: 'String', Default: 'local' } },
      Conditions: {
        IsProd: {
          'Fn::Not': [
            { 'Fn::Or': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] }, { 'Fn::Equals': [1, 2] }] },
          ],
        },
      },
      Mappings: { Sizes: { 'us-east-1': { memory: 512 } } },
    };
    expect(braces(resolvedValue(toTemplate(value), rest))).toEqual(expected);
  });

  test.each<[string, unknown, string]>([
    [
      'an unknown function',
      { 'Fn::Transform': { Name: 'x' } },
      'It (AWS::Logs::LogGroup): The emulator does not know the intrinsic function Fn::Transform',
    ],
    ['a Ref to nothing', { Ref: 'Nobody' }, 'Ref to Nobody, which the template does not declare'],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Bucket', 'WebsiteURL'] },
      'does not know WebsiteURL of Bucket (AWS::S3::Bucket)',
    ],
    ['an unknown condition', { 'Fn::If': ['IsTest', 1, 2] }, 'The template has no condition IsTest'],
  ])('%s is an error that says where', (_what, value, message) => {
    expect(() => resolvedValue(value)).toThrow(message);
  });
});

describe('a resource', () => {
  test('without a name gets one that stays the same from boot to boot', () => {
    const template = {
      Resources: { LakeBucket: { Type: 'AWS::S3::Bucket' }, It: { Type: 'AWS::Lambda::EventSourceMapping' } },
    };
    const [bucket, mapping] = resolved(template);
    expect(bucket?.name).toBe('headrace-local-lakebucket');
    expect(mapping?.ref).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(resolved(template)[1]?.ref).toBe(mapping?.ref);
  });

  test('comes after those it refers to or depends on', () => {
    const template = {
      Resources: {
        A: { Type: 'AWS::Logs::LogGroup', Properties: { X: { 'Fn::Sub': toTemplate('$(B.Arn)') } } },
        B: { Type: 'AWS::S3::Bucket', DependsOn: 'C' },
        C: { Type: 'AWS::SNS::Topic', Properties: { X: { Ref: 'D' } } },
        D: { Type: 'AWS::SNS::Topic' },
      },
    };
    expect(resolved(template).map(({ logicalId }) => logicalId)).toEqual(['D', 'C', 'B', 'A']);
  });

  test('that depends on itself by way of another is an error that shows the way', () => {
    const template = {
      Resources: {
        A: { Type: 'AWS::SNS::Topic', Properties: { X: { Ref: 'B' } } },
        B: { Type: 'AWS::SNS::Topic', DependsOn: ['A'] },
      },
    };
    expect(() => resolved(template)).toThrow('A → B → A');
  });

  test('whose condition does not hold is not there', () => {
    const template = {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { A: { Type: 'AWS::SNS::Topic', Condition: 'Never' }, B: { Type: 'AWS::SNS::Topic' } },
    };
    expect(resolved(template).map(({ logicalId }) => logicalId)).toEqual(['B']);
  });

  test('that needs a parameter without a default is refused', () => {
    const rest = { Parameters: { Mail: { Type: 'String' } } };
    expect(() => resolvedValue({ Ref: 'Mail' }, rest)).toThrow('Parameter Mail has no default');
  });
});

/** `$(x)` stands for CloudFormation's own braces, which look like a mistake in a JavaScript string. */
const toTemplate = <T>(value: T): T => JSON.parse(JSON.stringify(value).replace(/\$\(([^)]*)\)/g, '$${$1}'));

const braces = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/\$\{([^}]*)\}/g, '$$($1)') : value;
