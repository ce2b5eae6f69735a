import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../../src/iam/document.ts';
import { type Decision, decide } from '../../src/iam/evaluate.ts';
import type { RequestContext } from '../../src/iam/types.ts';

/** The rules of IAM's user guide: "Policy evaluation logic", and the references of the elements. */

const asking = {
  role: 'arn:aws:iam::000000000000:role/land',
  session: 'arn:aws:sts::000000000000:assumed-role/land/land',
};

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });

const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

interface Asked {
  action?: string;
  resource?: string;
  context?: RequestContext;
  bucketPolicy?: object[];
}

const judge = (statements: object[], asked: Asked = {}): Decision => {
  const {
    action = 's3:PutObject',
    resource = 'arn:aws:s3:::lake/raw/a',
    context = {},
    bucketPolicy = [],
  } = asked;
  const policies = {
    identity: readDocument(document(...statements), 'land/policy', 'identity'),
    resource: readDocument(document(...bucketPolicy), 'LakePolicy', 'resource'),
  };
  return decide(policies, asking, { action, resource, context }, { 'aws:securetransport': 'true' });
};

const isAllowed = (statements: object[], asked?: Asked): boolean => judge(statements, asked).allowed;

describe('which policy decides', () => {
  test('without any that speaks of the request it is denied', () => {
    expect(judge([])).toEqual({ allowed: false, by: 'noPolicy' });
    expect(judge([allow('s3:GetObject')])).toEqual({ allowed: false, by: 'noPolicy' });
    expect(judge([allow('s3:PutObject', 'arn:aws:s3:::lake/events/*')]).allowed).toBe(false);
  });

  test('an allow of the role is enough, and says which of its patterns it was', () => {
    expect(judge([allow('s3:Get*'), allow(['s3:Put*', 's3:PutObject'], 'arn:aws:s3:::lake/*')])).toEqual({
      allowed: true,
      grants: [
        { statement: 'land/policy/2', action: 's3:Put*', resource: 'arn:aws:s3:::lake/*' },
        { statement: 'land/policy/2', action: 's3:PutObject', resource: 'arn:aws:s3:::lake/*' },
      ],
    });
  });

  test('a deny wins over every allow, wherever the two stand', () => {
    const deny = { ...allow('s3:Put*'), Effect: 'Deny' };
    expect(judge([allow('*'), deny])).toEqual({
      allowed: false,
      by: 'identityDeny',
      statement: 'land/policy/2',
    });
    expect(judge([deny, allow('*')])).toMatchObject({ by: 'identityDeny', statement: 'land/policy/1' });
    expect(judge([allow('*')], { bucketPolicy: [{ ...deny, Principal: '*' }] })).toMatchObject({
      by: 'resourceDeny',
      statement: 'LakePolicy/1',
    });
  });

  test('within an account an allow of the resource is enough too, for whom it names', () => {
    const open = (Principal: unknown) => ({ bucketPolicy: [{ ...allow('s3:PutObject'), Principal }] });
    expect(isAllowed([], open('*'))).toBe(true);
    expect(isAllowed([], open({ AWS: '*' }))).toBe(true);
    expect(isAllowed([], open({ AWS: [asking.role] }))).toBe(true);
    expect(isAllowed([], open({ AWS: 'arn:aws:iam::000000000000:role/plan' }))).toBe(false);
    expect(isAllowed([], open({ Service: 'lambda.amazonaws.com' }))).toBe(false);
  });

  test('a bucket that wants TLS refuses whoever comes without, and nobody else', () => {
    const tlsOnly = {
      bucketPolicy: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: ['arn:aws:s3:::lake', 'arn:aws:s3:::lake/*'],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    };
    expect(isAllowed([allow('s3:*')], tlsOnly)).toBe(true);
    const plain = judge([allow('s3:*')], { ...tlsOnly, context: { 'aws:securetransport': 'false' } });
    expect(plain).toMatchObject({ allowed: false, by: 'resourceDeny' });
  });
});

describe('actions and resources', () => {
  test.each([
    ['s3:putobject', true],
    ['S3:Put*', true],
    ['s3:Put?bject', true],
    ['s3:Put', false],
    ['*', true],
    ['glue:*', false],
  ])('the action %s: %s', (pattern, expected) => {
    expect(isAllowed([allow(pattern)])).toBe(expected);
  });

  test.each([
    ['arn:aws:s3:::lake/raw/*', true],
    ['arn:aws:s3:::lake/*', true],
    ['arn:aws:s3:::lake/raw/?', true],
    ['arn:aws:s3:::lake', false],
    ['arn:aws:s3:::LAKE/*', false],
    ['arn:aws:s3:::la.e/*', false],
    ['arn:*:s3:::lake/raw/a', true],
  ])('the resource %s: %s', (pattern, expected) => {
    expect(isAllowed([allow('s3:PutObject', pattern)])).toBe(expected);
  });

  test('a wildcard reaches over the colons of a name, and not over those of an ARN', () => {
    const stream = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/land:log-stream:a';
    const asked = { action: 'logs:PutLogEvents', resource: stream };
    const group = 'log-group:/aws/lambda/land:*';
    expect(isAllowed([allow('logs:*', `arn:aws:logs:us-east-1:000000000000:${group}`)], asked)).toBe(true);
    expect(isAllowed([allow('logs:*', `arn:aws:logs:*:*:${group}`)], asked)).toBe(true);
    expect(isAllowed([allow('logs:*', 'arn:aws:logs:us-*:::land:*')], asked)).toBe(false);
  });

  test('NotAction and NotResource mean everything else', () => {
    const all = { Effect: 'Allow', Resource: '*' };
    expect(isAllowed([{ ...all, NotAction: ['s3:PutObject'] }])).toBe(false);
    expect(isAllowed([{ ...all, NotAction: 's3:GetObject' }])).toBe(true);
    const other = { Effect: 'Allow', Action: 's3:*' };
    expect(isAllowed([{ ...other, NotResource: 'arn:aws:s3:::lake/raw/*' }])).toBe(false);
    expect(isAllowed([{ ...other, NotResource: 'arn:aws:s3:::lake/marts/*' }])).toBe(true);
  });

  test('a variable stands for the value of the request, and without one matches nothing', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's variables look like that
    const own = [allow('s3:PutObject', 'arn:aws:s3:::lake/${aws:PrincipalAccount}/*')];
    const resource = 'arn:aws:s3:::lake/000000000000/a';
    expect(isAllowed(own, { resource, context: { 'aws:principalaccount': '000000000000' } })).toBe(true);
    expect(isAllowed(own, { resource, context: { 'aws:principalaccount': '111111111111' } })).toBe(false);
    expect(isAllowed(own, { resource })).toBe(false);
  });
});

describe('conditions', () => {
  const when = (Condition: object, context: RequestContext = {}): boolean =>
    isAllowed([allow('s3:ListBucket', '*', { Condition })], {
      action: 's3:ListBucket',
      resource: 'arn:aws:s3:::lake',
      context,
    });
  const raw = { 's3:prefix': 'raw/' };

  test.each<[string, object, RequestContext, boolean]>([
    ['one of several values is enough', { StringEquals: { 's3:prefix': ['a/', 'raw/'] } }, raw, true],
    ['equal means in the same case', { StringEquals: { 's3:prefix': 'RAW/' } }, raw, false],
    ['unless it says otherwise', { StringEqualsIgnoreCase: { 's3:prefix': 'RAW/' } }, raw, true],
    ['names of keys are the same in any case', { StringEquals: { 'S3:Prefix': 'raw/' } }, raw, true],
    ['like knows wildcards', { StringLike: { 's3:prefix': 'r?w*' } }, raw, true],
    ['equal does not', { StringEquals: { 's3:prefix': 'raw*' } }, raw, false],
    [
      'every operator has to hold',
      { StringLike: { 's3:prefix': '*' }, Null: { 's3:prefix': 'true' } },
      raw,
      false,
    ],
    ['every key has to hold', { StringLike: { 's3:prefix': '*', 's3:delimiter': '*' } }, raw, false],
    ['a missing key fails', { StringLike: { 's3:prefix': '*' } }, {}, false],
    ['a missing key passes IfExists', { StringLikeIfExists: { 's3:prefix': 'x' } }, {}, true],
    ['a key that is there is held to IfExists', { StringLikeIfExists: { 's3:prefix': 'x' } }, raw, false],
    ['not equal to none of the values', { StringNotEquals: { 's3:prefix': ['raw/', 'a/'] } }, raw, false],
    ['not equal to another value', { StringNotEquals: { 's3:prefix': 'a/' } }, raw, true],
    ['a missing key is not equal to anything', { StringNotLike: { 's3:prefix': '*' } }, {}, true],
    ['a key is missing', { Null: { 's3:prefix': 'true' } }, {}, true],
    ['a key is there', { Null: { 's3:prefix': 'false' } }, raw, true],
    ['booleans', { Bool: { 'aws:SecureTransport': true } }, {}, true],
    [
      'numbers are compared as numbers',
      { NumericLessThanEquals: { 's3:max-keys': 10 } },
      { 's3:max-keys': '9' },
      true,
    ],
    ['numbers beyond', { NumericLessThan: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, false],
    [
      'ARNs by their parts',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:states:*:*:stateMachine:*' } },
      { 'aws:sourcearn': 'arn:aws:states:us-east-1:000000000000:stateMachine:etl' },
      true,
    ],
    ['all of none', { 'ForAllValues:StringEquals': { 's3:prefix': 'raw/' } }, {}, true],
    ['any of none', { 'ForAnyValue:StringEquals': { 's3:prefix': 'raw/' } }, {}, false],
    [
      'all of several',
      { 'ForAllValues:StringEquals': { 's3:prefix': 'a' } },
      { 's3:prefix': ['a', 'b'] },
      false,
    ],
    [
      'any of several',
      { 'ForAnyValue:StringEquals': { 's3:prefix': 'a' } },
      { 's3:prefix': ['a', 'b'] },
      true,
    ],
  ])('%s', (_name, condition, context, expected) => {
    expect(when(condition, context)).toBe(expected);
  });
});

describe('what cannot be judged stops the boot', () => {
  const read =
    (statement: object, kind: 'identity' | 'resource' | 'trust' = 'identity') =>
    () =>
      readDocument(document(statement), 'PlanRole/plan', kind);

  test.each<[string, object, RegExp]>([
    [
      'an operator',
      allow('s3:*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '::1' } } }),
      /IpAddress is not emulated/,
    ],
    [
      'a key',
      allow('s3:*', '*', { Condition: { StringEquals: { 's3:acl': 'x' } } }),
      /s3:acl is not emulated/,
    ],
    ['a resource that is no ARN', allow('s3:*', 'lake/raw/*'), /lake\/raw\/\* is not an ARN/],
    ['an ARN with too few parts', allow('s3:*', 'arn:aws:s3'), /is not an ARN/],
    ['an action without service', allow('PutObject'), /PutObject is not an action/],
    ['both Action and NotAction', allow('s3:*', '*', { NotAction: 's3:Get*' }), /Action or NotAction/],
    ['a role that names a principal', allow('s3:*', '*', { Principal: '*' }), /has no Principal/],
    ['an element nobody knows', allow('s3:*', '*', { Conditions: {} }), /Conditions/],
  ])('%s', (_name, statement, message) => {
    expect(read(statement)).toThrow(message);
    expect(read(statement)).toThrow(/PlanRole\/plan/);
  });

  test('a bucket policy that names nobody, and a trust policy with resources', () => {
    expect(read(allow('s3:*'), 'resource')).toThrow(/give Principal/);
    expect(read(allow('sts:AssumeRole', '*', { Principal: '*' }), 'trust')).toThrow(/has no Resource/);
  });

  test('a variable in a document of the old version, where it would be plain text', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's variables look like that
    const old = { Statement: [allow('s3:*', 'arn:aws:s3:::lake/${aws:PrincipalAccount}')] };
    expect(() => readDocument(old, 'PlanRole/plan', 'identity')).toThrow(/2012-10-17/);
  });
});
