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
  readonly #what: string;
  #fetched: Promise<string> | undefined;

  /** `id`: name or ARN; `what`: what it holds, for people */
  constructor(client: SecretsManagerClient, id: string, what = 'the key of personal data') {
    this.#client = client;
    this.#id = id;
    this.#what = what;
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
    const { SecretString } = await calling(`Fetching ${this.#what}`, () => this.#client.send(command));
    if (SecretString) return SecretString;
    throw new Error(`The secret with ${this.#what} is empty. It must hold a text.`);
  }
}
