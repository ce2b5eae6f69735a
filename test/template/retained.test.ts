import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';
import { type Retained, retainedTemplate } from '../../scripts/retainedTemplate.ts';
import { packaged } from '../helpers/packaged.ts';

const account = '123456789012';
let resources: Resources;
let core: Resources;
let retained: Retained;

beforeAll(async () => {
  const { folder, ...prod } = await packaged('prod');
  resources = prod.resources;
  core = resourcesOf(join(folder, 'cloudformation-template-create-stack.json'));
  retained = retainedTemplate(resources, core, account);
}, 200_000);

describe('the template that takes over what a removal left', () => {
  test('has what stays, and the bucket by which osls knows its stacks', () => {
    expect(Object.keys(retained.template.Resources).sort()).toEqual([
      'EventStream',
      'FailedBucket',
      'KeysTable',
      'LakeBucket',
      'LedgerTable',
      'ResultsBucket',
      'ServerlessDeploymentBucket',
      'ServerlessDeploymentBucketPolicy',
    ]);
  });

  test('names them in plain text: CloudFormation imports by no other names', () => {
    expect(retained.template.Resources).toMatchObject({
      LakeBucket: { Properties: { BucketName: 'headrace-prod-lake-123456789012' } },
      LedgerTable: { Properties: { TableName: 'headrace-prod-ledger' } },
    });
  });

  test('refers to nothing that is not in it', () => {
    const ids = Object.keys(resources).filter((id) => !(id in retained.template.Resources));
    const text = JSON.stringify(retained.template);
    expect(ids.filter((id) => text.includes(`"${id}"`) || text.includes(`\${${id}`))).toEqual([]);
  });

  test('leaves to people what has no name, and says so', () => {
    const secret = {
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: 'Retain',
      Properties: { Name: 's' },
    };
    expect(retainedTemplate({ ...resources, Secret: secret }, core, account).byHand).toEqual(['Secret']);
  });

  test('is refused when a key that cannot be imported has encrypted what is', () => {
    const key = { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', Properties: {} };
    const stream = {
      Type: 'AWS::Kinesis::Stream',
      DeletionPolicy: 'Retain',
      Properties: { StreamEncryption: { KeyId: { Ref: 'Key' } } },
    };
    expect(() => retainedTemplate({ Key: key, S: stream }, core, account)).toThrow(
      'set dataKey to its ARN first',
    );
  });

  test('is refused for a stage that leaves nothing, and for what is not an account', () => {
    expect(() => retainedTemplate({}, core, account)).toThrow('Nothing of this stage outlives its stack');
    expect(() => retainedTemplate(resources, core, 'prod')).toThrow('twelve digits');
  });
});
