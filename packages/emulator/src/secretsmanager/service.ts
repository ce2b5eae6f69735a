import type { DatabaseSync } from 'node:sqlite';
import type { JsonService, Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { secretActions } from './actions/secrets.ts';
import type { Core } from './core.ts';
import { SecretStore } from './store.ts';

interface SecretsOptions {
  /** the emulator's database; table `secrets_secret` */
  db: DatabaseSync;
  timer: Timer;
}

/** Secrets Manager over the emulator's database. */
export const openSecrets = ({ db, timer }: SecretsOptions): JsonService => {
  const core: Core = { secrets: new SecretStore(db), now: () => timer.now() };
  return {
    name: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    jsonVersion: '1.1',
    call: async (action, input) => findAction('SecretsManager', secretActions, action)(core, input),
  };
};
