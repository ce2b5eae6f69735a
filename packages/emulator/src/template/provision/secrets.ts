import type { JsonObject } from '../../contracts.ts';
import { callOverHttp, found, objectOf, type Provisioner } from './ports.ts';

/** A secret that is there keeps its value, as CloudFormation leaves it. */
export const provisionSecret: Provisioner = async ({ name, properties }, { endpoint }) => {
  const secrets = (action: string, input: JsonObject): Promise<JsonObject> =>
    callOverHttp(endpoint, `secretsmanager.${action}`, 'secretsmanager', input);
  const there = await found(
    () => secrets('DescribeSecret', { SecretId: name }),
    ['ResourceNotFoundException'],
  );
  if (there) return;
  const { SecretString, GenerateSecretString } = properties;
  const { RandomPassword } =
    GenerateSecretString === undefined
      ? { RandomPassword: SecretString }
      : await secrets('GetRandomPassword', objectOf(GenerateSecretString));
  if (RandomPassword === undefined) throw new Error('it has neither SecretString nor GenerateSecretString');
  await secrets('CreateSecret', { Name: name, SecretString: RandomPassword });
};
