import type { Json, JsonObject } from '../../contracts.ts';
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
  const text = await secretText(properties, (rules) => secrets('GetRandomPassword', rules));
  await secrets('CreateSecret', { Name: name, SecretString: text });
};

/** What the template gives, or what is generated: alone, or as a field of a JSON object of the template. */
const secretText = async (
  { SecretString, GenerateSecretString }: JsonObject,
  generate: (rules: JsonObject) => Promise<JsonObject>,
): Promise<Json> => {
  if (GenerateSecretString === undefined) {
    if (SecretString === undefined) throw new Error('it has neither SecretString nor GenerateSecretString');
    return SecretString;
  }
  const { SecretStringTemplate, GenerateStringKey, ...rules } = objectOf(GenerateSecretString);
  const { RandomPassword = '' } = await generate(rules);
  if (GenerateStringKey === undefined) return RandomPassword;
  const object = objectOf(JSON.parse(String(SecretStringTemplate)));
  return JSON.stringify({ ...object, [String(GenerateStringKey)]: RandomPassword });
};
