import { describe, expect, test } from '@jest/globals';
import { IN_MEMORY, openStore } from '../../src/database.ts';
import { startEndpoint } from '../../src/endpoint/endpoint.ts';
import { secretArn } from '../../src/secretsmanager/arn.ts';
import { openSecrets } from '../../src/secretsmanager/service.ts';
import type { Services } from '../../src/template/provision/ports.ts';
import { provisionSecret } from '../../src/template/provision/secrets.ts';
import { TestTimer } from '../endpoint/fixture.ts';

const open = () => openSecrets({ db: openStore(IN_MEMORY), timer: new TestTimer() });
const caller = { accessKeyId: 'test' };

describe('secrets', () => {
  test('are found by name and by ARN, with their value', async () => {
    const secrets = open();
    const made = await secrets.call('CreateSecret', { Name: 'headrace-local-x', SecretString: 's' }, caller);
    expect(made.ARN).toBe(secretArn('headrace-local-x'));
    expect(made.ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:headrace-local-x-\w{6}$/);
    for (const SecretId of ['headrace-local-x', secretArn('headrace-local-x')]) {
      expect(await secrets.call('GetSecretValue', { SecretId }, caller)).toMatchObject({
        Name: 'headrace-local-x',
        SecretString: 's',
        VersionId: made.VersionId,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: Date.parse('2026-11-22T12:00:00Z') / 1000,
      });
    }
  });

  test('are made once: the second of a name is refused, an unknown one is not there', async () => {
    const secrets = open();
    const create = () => secrets.call('CreateSecret', { Name: 'x', SecretString: 's' }, caller);
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'ResourceExistsException' });
    await expect(secrets.call('GetSecretValue', { SecretId: 'y' }, caller)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('are as long as asked, of letters and digits; what is not emulated is an error', async () => {
    const secrets = open();
    const random = (input: Parameters<typeof secrets.call>[1]) =>
      secrets.call('GetRandomPassword', input, caller);
    const { RandomPassword } = await random({ PasswordLength: 64, ExcludePunctuation: true });
    expect(RandomPassword).toMatch(/^[A-Za-z0-9]{64}$/);
    await expect(random({ PasswordLength: 64 })).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(secrets.call('RotateSecret', {}, caller)).rejects.toThrow('not emulated');
  });
});

describe('a secret of the template', () => {
  test('is made at the first boot, and has the same value at every other', async () => {
    const secrets = open();
    const noOther = () => {
      throw new Error('this test has secrets only');
    };
    const endpoint = await startEndpoint({
      port: 0,
      json: [secrets],
      s3: noOther,
      dynamodb: noOther,
      messaging: noOther,
    });
    const resource = {
      logicalId: 'PersonalDataKey',
      type: 'AWS::SecretsManager::Secret',
      name: 'headrace-local-personal-data',
      ref: secretArn('headrace-local-personal-data'),
      attributes: {},
      dependsOn: [],
      properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
    };
    const value = async () =>
      (await secrets.call('GetSecretValue', { SecretId: resource.name }, caller)).SecretString;
    try {
      // Of all services it calls the endpoint alone.
      const services = { endpoint: endpoint.url } as Services;
      await provisionSecret(resource, services);
      const first = await value();
      await provisionSecret(resource, services);
      expect(first).toMatch(/^[A-Za-z0-9]{64}$/);
      expect(await value()).toBe(first);
    } finally {
      await endpoint.close();
    }
  });
});
