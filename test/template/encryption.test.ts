import '../helpers/someWindow.ts';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';
import { archiveKeyUses, encryptionOf, keyUses } from '../../resources/data/encryption.ts';
import { type Resources, resourcesOf } from '../../scripts/resourceList.ts';
import { changedParams } from '../helpers/packaged.ts';

const arn = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000';
const of = (dataKey: string) => encryptionOf({ dataKey, stage: 'prod', removal: 'Retain', windows: 'on' });

describe('the param dataKey', () => {
  test('aws leaves encryption to the services: no key, no permission', () => {
    expect(of('aws')).toMatchObject({
      resources: {},
      bucket: { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      stream: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      results: { EncryptionOption: 'SSE_S3' },
    });
  });

  test('an ARN is used for buckets, stream and results, and no key is made', () => {
    const { resources, bucket, stream, results } = of(arn);
    expect(JSON.stringify([bucket, stream, results]).split(arn)).toHaveLength(4);
    expect(Object.values(resources.Resources ?? {}).map(({ Type }) => Type)).toEqual(
      keyUses.map(() => 'AWS::IAM::Policy'),
    );
  });

  test('own makes a key that rotates and is kept as long as what it has encrypted', () => {
    expect(of('own').resources.Resources?.DataKey).toMatchObject({
      Type: 'AWS::KMS::Key',
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
    });
  });

  test('is granted to no role of windows where there is none', () => {
    const { resources } = encryptionOf({ dataKey: 'own', stage: 'prod', removal: 'Retain', windows: 'off' });
    expect(JSON.stringify(resources)).not.toContain('WindowsRole');
    expect(JSON.stringify(of('own').resources)).toContain('WindowsRole');
  });

  test('asks KMS once for many objects, not for each', () => {
    expect(of('own').bucket.BucketKeyEnabled).toBe(true);
  });

  test.each(['', 'kms', 'alias/mine', 'arn:aws:kms:eu-central-1:123456789012:alias/mine'])(
    'refuses %p, naming what it may be',
    (dataKey) => {
      expect(() => of(dataKey)).toThrow('Set it to aws, own, or the ARN of a key');
    },
  );

  test.each(keyUses.map((use) => [use.name, use] as const))(
    'lets %s use it through their service only',
    (name, use) => {
      const policy = of('own').resources.Resources?.[`DataKey${name}Policy`];
      expect(policy?.Properties).toMatchObject({
        Roles: use.roles.map((role) => ({ Ref: role })),
        PolicyDocument: {
          Statement: [
            {
              Resource: { 'Fn::GetAtt': ['DataKey', 'Arn'] },
              Condition: {
                StringEquals: {
                  'kms:ViaService': { 'Fn::Sub': `${use.service}.\${AWS::Region}.\${AWS::URLSuffix}` },
                },
              },
            },
          ],
        },
      });
    },
  );
});

const role = z.looseObject({
  Policies: z.array(
    z.object({
      PolicyDocument: z.object({
        Statement: z.array(
          z.object({ Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]) }),
        ),
      }),
    }),
  ),
});

/** What a role does to encrypted things: by its permissions on objects and records. */
const usesOf = (id: string, resources: Resources): string[] => {
  const actions = role
    .parse(resources[id]?.Properties)
    .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);
  const has = (...wanted: string[]) => wanted.some((action) => actions.includes(action));
  return [
    ...(has('kinesis:GetRecords') ? [`${id} kinesis Decrypt`] : []),
    ...(has('kinesis:PutRecords', 'kinesis:PutRecord') ? [`${id} kinesis GenerateDataKey`] : []),
    // Completing an upload in parts, for which one may also need to abort it, reads the parts.
    ...(has('s3:GetObject', 's3:AbortMultipartUpload') ? [`${id} s3 Decrypt`] : []),
    ...(has('s3:PutObject') ? [`${id} s3 GenerateDataKey`] : []),
  ];
};

describe('with a key of its own, packaged', () => {
  test('exactly the roles that read or write what is encrypted may use it for that', async () => {
    const folder = await packageStage('prod', changedParams);
    const resources = resourcesOf(`${folder}/cloudformation-template-update-stack.json`);
    const roles = Object.keys(resources).filter((id) => resources[id]?.Type === 'AWS::IAM::Role');
    const needed = roles.flatMap((id) => usesOf(id, resources));
    const granted = [...keyUses, ...archiveKeyUses].flatMap(({ roles: who, service, actions }) =>
      who.flatMap((id) => actions.map((action) => `${id} ${service} ${action}`)),
    );
    expect(needed.length).toBeGreaterThan(8);
    expect(granted.sort()).toEqual(needed.sort());
  }, 200_000);
});
