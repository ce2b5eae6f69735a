import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { StoredSecret } from '../src/aws/storedSecret.ts';
import { clientConfig, type StageAccess } from './access.ts';

const login = z.object({
  username: z.string(),
  password: z.string(),
  host: z.string(),
  port: z.coerce.number(),
  dbname: z.string(),
});

/** The address by which clients of PostgreSQL read a stage's events, as `psql` and drivers take it. */
export const readerUrl = async ({ stage, local }: StageAccess): Promise<string> => {
  const secrets = new SecretsManagerClient(clientConfig(local));
  try {
    const text = await new StoredSecret(secrets, `headrace-${stage}-postgres-reader`).value();
    const { username, password, host, port, dbname } = login.parse(JSON.parse(text));
    return `postgresql://${username}:${encodeURIComponent(password)}@${host}:${port}/${dbname}`;
  } finally {
    secrets.destroy();
  }
};
