import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError, type JsonObject } from '../../contracts.ts';
import { secretArn } from '../arn.ts';
import { type Action, type Core, parse } from '../core.ts';
import type { Secret } from '../store.ts';

const current = ['AWSCURRENT'];

const creation = z.object({ Name: z.string().regex(/^[\w/+=.@-]{1,512}$/), SecretString: z.string().min(1) });
const lookup = z.object({
  SecretId: z.string().min(1),
  VersionStage: z.literal('AWSCURRENT', 'only AWSCURRENT is emulated').optional(),
  VersionId: z.undefined('versions are not emulated').optional(),
});
const password = z.object({
  PasswordLength: z.number().int().min(1).max(4096).default(32),
  ExcludePunctuation: z.literal(true, 'only letters and digits are emulated'),
});

const found = ({ secrets }: Core, input: JsonObject): Secret => {
  const secret = secrets.find(parse(lookup, input).SecretId);
  if (secret) return secret;
  throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
};

const described = ({ name, createdMs }: Secret): JsonObject => ({
  ARN: secretArn(name),
  Name: name,
  CreatedDate: createdMs / 1000,
});

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits. */
export const randomPassword = (length: number): string =>
  Array.from({ length }, () => characters[randomInt(characters.length)]).join('');

/** Secrets with one version each: as much of Secrets Manager as a function asks for. */
export const secretActions: Readonly<Record<string, Action>> = {
  CreateSecret(core, input) {
    const { Name: name, SecretString: text } = parse(creation, input);
    if (core.secrets.find(name))
      throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`);
    const version = randomUUID();
    core.secrets.add({ name, text, version, createdMs: core.now() });
    return { ARN: secretArn(name), Name: name, VersionId: version };
  },
  GetSecretValue(core, input) {
    const secret = found(core, input);
    const { text, version } = secret;
    return { ...described(secret), SecretString: text, VersionId: version, VersionStages: current };
  },
  DescribeSecret(core, input) {
    const secret = found(core, input);
    return { ...described(secret), VersionIdsToStages: { [secret.version]: current } };
  },
  GetRandomPassword: (_core, input) => ({
    RandomPassword: randomPassword(parse(password, input).PasswordLength),
  }),
};
