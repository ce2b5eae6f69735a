import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Secret } from '../ports/collect.ts';
import { calling } from './failures.ts';

/**
 * A secret of Secrets Manager, fetched when it is first asked for and kept: this one never changes. A fetch that fails
 * is not remembered. Throws Throttled or Transient, or what Secrets Manager throws that no retry mends.
 */
export class StoredSecret implements Secret {
  readonly #client: SecretsManagerClient;
  readonly #id: string;
  #fetched: Promise<string> | undefined;

  /** `id`: name or ARN */
  constructor(client: SecretsManagerClient, id: string) {
    this.#client = client;
    this.#id = id;
  }

  value(): Promise<string> {
    this.#fetched ??= this.#fetch().catch((error: unknown) => {
      this.#fetched = undefined;
      throw error;
    });
    return this.#fetched;
  }

  async #fetch(): Promise<string> {
    const command = new GetSecretValueCommand({ SecretId: this.#id });
    const { SecretString } = await calling('Fetching the key of personal data', () =>
      this.#client.send(command),
    );
    if (SecretString) return SecretString;
    throw new Error('The secret with the key of personal data is empty. It must hold a text.');
  }
}
