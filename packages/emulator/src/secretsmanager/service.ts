import { randomInt, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError, type JsonObject, type JsonService, type Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import { secretArn } from './arn.ts';

export interface SecretsOptions {
  /** the emulator's database; table `secrets_secret` */
  db: DatabaseSync;
  timer: Timer;
}

interface Secret {
  name: string;
  text: string;
  version: string;
  createdMs: number;
}

const secretRow = z.object({
  name: z.string(),
  text: z.string(),
  version: z.string(),
  createdMs: z.number(),
});

/** Secrets with one version each, by name or ARN: as much of Secrets Manager as a function asks for. */
export const openSecrets = ({ db, timer }: SecretsOptions): JsonService => {
  db.exec(
    'CREATE TABLE IF NOT EXISTS secrets_secret (name TEXT PRIMARY KEY, text TEXT NOT NULL, version TEXT NOT NULL, createdMs REAL NOT NULL)',
  );
  const find = (id: string): Secret | undefined => {
    const rows = db.prepare('SELECT * FROM secrets_secret').all();
    return z
      .array(secretRow)
      .parse(rows)
      .find(({ name }) => id === name || id === secretArn(name));
  };
  const actions: Record<string, (input: JsonObject) => JsonObject> = {
    CreateSecret(input) {
      const { Name, SecretString } = parse(creation, input);
      if (find(Name)) throw new AwsError('ResourceExistsException', `The secret ${Name} already exists.`);
      const version = randomUUID();
      db.prepare('INSERT INTO secrets_secret VALUES (?, ?, ?, ?)').run(
        Name,
        SecretString,
        version,
        timer.now(),
      );
      return { ARN: secretArn(Name), Name, VersionId: version };
    },
    GetSecretValue: (input) => {
      const secret = found(find, parse(asked, input).SecretId);
      return {
        ...described(secret),
        SecretString: secret.text,
        VersionId: secret.version,
        VersionStages: current,
      };
    },
    DescribeSecret: (input) => {
      const secret = found(find, parse(asked, input).SecretId);
      return { ...described(secret), VersionIdsToStages: { [secret.version]: current } };
    },
    GetRandomPassword: (input) => ({ RandomPassword: randomPassword(parse(password, input).PasswordLength) }),
  };
  return {
    name: 'secretsmanager',
    targetPrefix: 'secretsmanager',
    jsonVersion: '1.1',
    call: async (action, input) => findAction('SecretsManager', actions, action)(input),
  };
};

const current = ['AWSCURRENT'];

const creation = z.object({ Name: z.string().regex(/^[\w/+=.@-]{1,512}$/), SecretString: z.string().min(1) });
const asked = z.object({
  SecretId: z.string().min(1),
  VersionStage: z.literal('AWSCURRENT', 'only AWSCURRENT is emulated').optional(),
  VersionId: z.undefined('versions are not emulated').optional(),
});
const password = z.object({
  PasswordLength: z.number().int().min(1).max(4096).default(32),
  ExcludePunctuation: z.literal(true, 'only letters and digits are emulated'),
});

const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidParameterException');

const found = (find: (id: string) => Secret | undefined, id: string): Secret => {
  const secret = find(id);
  if (secret) return secret;
  throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
};

const described = ({ name, createdMs }: Secret): JsonObject => ({
  ARN: secretArn(name),
  Name: name,
  CreatedDate: createdMs / 1000,
});

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomPassword = (length: number): string =>
  Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
