import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { StoredSecret } from '../../src/aws/storedSecret.ts';

const client = new SecretsManagerClient({ region: 'us-east-1' });
const secrets = mockClient(client);
const calls = (): number => secrets.commandCalls(GetSecretValueCommand).length;

beforeEach(() => {
  secrets.reset();
});

describe('a secret', () => {
  test('is fetched once, however many ask at the same time', async () => {
    secrets.on(GetSecretValueCommand, { SecretId: 'the-key' }).resolves({ SecretString: 's' });
    const secret = new StoredSecret(client, 'the-key');
    expect(await Promise.all([secret.value(), secret.value()])).toEqual(['s', 's']);
    expect([await secret.value(), calls()]).toEqual(['s', 1]);
  });

  test('that could not be fetched is asked for again by the next request', async () => {
    secrets
      .on(GetSecretValueCommand)
      .rejectsOnce(Object.assign(new Error('later'), { name: 'InternalServiceError' }))
      .resolves({ SecretString: 's' });
    const secret = new StoredSecret(client, 'the-key');
    await expect(secret.value()).rejects.toThrow('later');
    expect(await secret.value()).toBe('s');
  });

  test('that is busy is Throttled, and an empty one is not a key', async () => {
    secrets
      .on(GetSecretValueCommand)
      .rejectsOnce(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    await expect(new StoredSecret(client, 'k').value()).rejects.toMatchObject({ name: 'Throttled' });
    secrets.on(GetSecretValueCommand).resolves({});
    await expect(new StoredSecret(client, 'k').value()).rejects.toThrow('empty');
  });
});
