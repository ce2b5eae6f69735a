import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { TEMPLATE_FILE } from 'headrace-emulator/template';
import { z } from 'zod';
import { packageStage } from '../../client/package.ts';
import { packagedOnce } from '../helpers/packagedOnce.ts';

const environment = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });
const variablesOf = (properties: unknown) => environment.parse(properties).Environment.Variables;

const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});

const prod = packagedOnce('prod');
let guarded: z.infer<typeof template>['Resources'];

beforeAll(async () => {
  const folder = await packageStage('local', { personalData: 'protected' });
  guarded = template.parse(JSON.parse(readFileSync(join(folder, TEMPLATE_FILE), 'utf8'))).Resources;
}, 300_000);

describe('the collector of the template', () => {
  test('is throttled, within what an account has by default, and measured as a whole: routes cost extra', () => {
    const [[, stage] = []] = prod.ofType('AWS::ApiGatewayV2::Stage');
    const settings = z
      .strictObject({
        ThrottlingRateLimit: z.number().min(1).max(10_000),
        ThrottlingBurstLimit: z.number().int().min(1).max(5_000),
      })
      .parse(stage?.DefaultRouteSettings);
    expect(settings.ThrottlingBurstLimit).toBeLessThanOrEqual(settings.ThrottlingRateLimit);
  });

  test('has no key of personal data where the stage protects none', () => {
    expect(prod.ofType('AWS::SecretsManager::Secret')).toEqual([]);
    const { PERSONAL_DATA_KEY } = variablesOf(prod.resources.CollectLambdaFunction?.Properties);
    expect(PERSONAL_DATA_KEY).toEqual({ Ref: 'AWS::NoValue' });
  });

  test('has one where it does: made by AWS, kept with the data, readable by the collector alone', () => {
    expect(guarded.PersonalDataKey).toMatchObject({
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: 'Delete',
      Properties: {
        Name: 'headrace-local-personal-data',
        GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
      },
    });
    expect(variablesOf(guarded.CollectLambdaFunction?.Properties).PERSONAL_DATA_KEY).toEqual({
      Ref: 'PersonalDataKey',
    });
    const readers = Object.entries(guarded).filter(([, one]) =>
      /secretsmanager:.*"PersonalDataKey"/.test(JSON.stringify(one.Properties)),
    );
    expect(readers.map(([id]) => id)).toEqual(['CollectReadsPersonalDataKey']);
    expect(readers[0]?.[1].Properties).toMatchObject({
      Roles: [{ Ref: 'CollectRole' }],
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'PersonalDataKey' } },
        ],
      },
    });
  });
});
