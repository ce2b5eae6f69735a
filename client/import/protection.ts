import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { StoredSecret } from '../../src/aws/storedSecret.ts';
import { type EventProtection, protectionWith } from '../../src/collect/protection.ts';
import { clientConfig, type StageAccess } from '../access.ts';
import { CliError } from '../failure.ts';

const isNamed = (error: unknown, names: RegExp): boolean => error instanceof Error && names.test(error.name);

/**
 * The protection of personal data as the stage's collector does it; undefined where the stage has no key for it. Whoever may not read the
 * key must not import: the data would lie in the lake as it is.
 */
export const protectionOf = async ({ stage, local }: StageAccess): Promise<EventProtection | undefined> => {
  const name = `headrace-${stage}-personal-data`;
  try {
    return protectionWith(
      await new StoredSecret(new SecretsManagerClient(clientConfig(local)), name).value(),
    );
  } catch (error) {
    if (isNamed(error, /^ResourceNotFound/)) return undefined;
    if (!isNamed(error, /AccessDenied/)) throw error;
    throw new CliError(
      `You may not read the secret ${name}, with which ${stage} protects personal data.`,
      'An import hashes personal data as the collector does: it needs secretsmanager:GetSecretValue on that secret (docs/guides/importing.md).',
      { cause: error },
    );
  }
};
