import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { JsonService, Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { randomPassword, secretActions } from './actions/secrets.ts';
import type { Core } from './core.ts';
import { SecretStore } from './store.ts';

interface SecretsOptions {
  /** the emulator's database; table `secrets_secret` */
  db: DatabaseSync;
  timer: Timer;
}

/** Secrets Manager: the AWS API, and the secrets that other services keep in it. */
export interface Secrets extends JsonService {
  /** The user's password in the secret of a service, which is made where it is not there. */
  passwordOf(name: string, username: string): string;
}

const login = z.object({ password: z.string() });

/** Secrets Manager over the emulator's database. */
export const openSecrets = ({ db, timer }: SecretsOptions): Secrets => {
  const core: Core = { secrets: new SecretStore(db), now: () => timer.now() };
  return {
    name: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    jsonVersion: '1.1',
    call: async (action, input) => findAction('SecretsManager', secretActions, action)(core, input),
    passwordOf(name, username) {
      const there = core.secrets.find(name);
      if (there) return login.parse(JSON.parse(there.text)).password;
      const password = randomPassword(28);
      const text = JSON.stringify({ username, password });
      core.secrets.add({ name, text, version: randomUUID(), createdMs: core.now() });
      return password;
    },
  };
};
