import { expect, test } from '@jest/globals';
import { Authority } from '../../src/iam/authority.ts';
import { accessKeyOf } from '../../src/lambda/variables.ts';
import { parseTemplate, resolveTemplate } from '../../src/template/main.ts';

const functionWith = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: name, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
});

/** Two functions of one role, which denies something to one of them. */
const template = parseTemplate({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'writers',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'objects',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/*' },
                {
                  Effect: 'Deny',
                  Action: 's3:GetObject',
                  Resource: '*',
                  Condition: {
                    ArnLike: {
                      'lambda:SourceFunctionArn': 'arn:aws:lambda:us-east-1:000000000000:function:shop-a*',
                    },
                  },
                },
              ],
            },
          },
        ],
      },
    },
    One: functionWith('shop-a'),
    Other: functionWith('shop-b'),
  },
});

test('a request of a function says which function it is of, and one of a service says none', () => {
  const authority = new Authority();
  authority.load(resolveTemplate(template, { stack: 'shop', endpoint: 'http://127.0.0.1:1' }));
  const asks = (accessKeyId: string) => () =>
    authority.permitOf(accessKeyId)?.({ action: 's3:GetObject', resource: 'arn:aws:s3:::lake/a' });
  expect(asks(accessKeyOf('shop-a'))).toThrow('with an explicit deny in an identity-based policy');
  expect(asks(accessKeyOf('shop-b'))).not.toThrow();
  expect(asks('arn:aws:iam::000000000000:role/writers')).not.toThrow();
  expect(authority.denied()).toHaveLength(1);
  expect(authority.used()).toHaveLength(1);
});
