import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type AttributeValue,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { StageAccess } from './access.ts';

type Keys = Pick<StageAccess, 'dynamodb' | 'keysTable'>;

/** What is known of a write key: everything but the key. */
export interface WriteKey {
  /** beginning of the key's SHA-256: names it, and says nothing of the key */
  id: string;
  source: string;
  /** given with --name */
  name: string | null;
  /** the key's last four characters: whoever has one at hand finds which it is */
  ending: string | null;
  createdAt: string;
  revokedAt: string | null;
}

/** What a write key may name as its source. */
export const isSourceName = (name: string): boolean => /^[A-Za-z0-9_.-]{1,64}$/.test(name);

export const SOURCE_NAME_RULE = 'Use up to 64 letters, digits, dots, dashes or underscores.';

const ID_LENGTH = 12;
const ENDING_LENGTH = 4;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** What a key is called where it must not be shown. */
export const writeKeyId = (key: string): string => hashOf(key).slice(0, ID_LENGTH);

/** Makes a write key for a source and stores its hash. The key itself is kept nowhere else: show it once. */
export const createWriteKey = async (
  { dynamodb, keysTable }: Keys,
  source: string,
  now: Date,
  name?: string,
): Promise<string> => {
  const key = `hr_${randomBytes(18).toString('base64url')}`;
  await dynamodb.send(
    new PutItemCommand({
      TableName: keysTable,
      Item: {
        key_hash: { S: hashOf(key) },
        source: { S: source },
        created_at: { S: now.toISOString() },
        ending: { S: key.slice(-ENDING_LENGTH) },
        ...(name === undefined ? {} : { name: { S: name } }),
      },
    }),
  );
  return key;
};

interface Stored extends WriteKey {
  hash: string;
}

const storedOf = (item: Record<string, AttributeValue>): Stored => {
  const text = (attribute: string): string | null => item[attribute]?.S ?? null;
  const hash = text('key_hash') ?? '';
  return {
    hash,
    id: hash.slice(0, ID_LENGTH),
    source: text('source') ?? '',
    name: text('name'),
    ending: text('ending'),
    createdAt: text('created_at') ?? '',
    revokedAt: text('revoked_at'),
  };
};

/** All keys there have ever been: few, so the table is read whole. By source, the oldest first. */
const storedKeys = async ({ dynamodb, keysTable }: Keys): Promise<Stored[]> => {
  const found: Stored[] = [];
  // Consistent: a key that was made a moment ago is the newest, and must not be revoked for an older one.
  const pages = paginateScan({ client: dynamodb }, { TableName: keysTable, ConsistentRead: true });
  for await (const { Items = [] } of pages) found.push(...Items.map(storedOf));
  const order = ({ source, createdAt, hash }: Stored): string => `${source} ${createdAt} ${hash}`;
  return found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
};

const shown = ({ hash: _, ...rest }: Stored): WriteKey => rest;

/** What `headrace keys list` shows. */
export const listWriteKeys = async (keys: Keys): Promise<WriteKey[]> => (await storedKeys(keys)).map(shown);

/** Which keys are meant: one by the beginning of its id, or those of a source. */
export type Chosen = { id: string } | { source: string; keep: 'newest' | 'none' };

/**
 * Revokes keys. Those that are revoked already stay as they were, with their time. Collectors hold a key for up to 60 s
 * (src/aws/writeKeys.ts). Gives every chosen key as it is now, and those of the same sources that still hold.
 */
export const revokeWriteKeys = async (
  keys: Keys,
  chosen: Chosen,
  now: Date,
): Promise<{ revoked: WriteKey[]; already: WriteKey[]; left: WriteKey[] }> => {
  const all = await storedKeys(keys);
  const meant = all.filter((key) => isMeant(key, chosen, all));
  const fresh = meant.filter(({ revokedAt }) => revokedAt === null);
  for (const { hash } of fresh) await revoke(keys, hash, now);
  const sources = new Set(meant.map(({ source }) => source));
  const left = all.filter((key) => sources.has(key.source) && key.revokedAt === null && !fresh.includes(key));
  return {
    revoked: fresh.map((key) => ({ ...shown(key), revokedAt: now.toISOString() })),
    already: meant.filter((key) => !fresh.includes(key)).map(shown),
    left: left.map(shown),
  };
};

const isMeant = (key: Stored, chosen: Chosen, all: readonly Stored[]): boolean => {
  if ('id' in chosen) return key.hash.startsWith(chosen.id);
  if (key.source !== chosen.source) return false;
  const holding = all.filter(({ source, revokedAt }) => source === chosen.source && revokedAt === null);
  return chosen.keep === 'none' || key !== holding.at(-1);
};

const revoke = async ({ dynamodb, keysTable }: Keys, hash: string, now: Date): Promise<void> => {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: keysTable,
      Key: { key_hash: { S: hash } },
      // Somebody else may be revoking it too: the first time stays. Nor may a key come into being by this.
      ConditionExpression: 'attribute_exists(key_hash)',
      UpdateExpression: 'SET revoked_at = if_not_exists(revoked_at, :now)',
      ExpressionAttributeValues: { ':now': { S: now.toISOString() } },
    }),
  );
};

/** The emulator's own key (source `local`): made at the first boot, then the same on every boot of its data. */
export const localWriteKey = async (access: Keys, dataDir: string, now: Date): Promise<string> => {
  const file = join(dataDir, 'write-key');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  if (known !== undefined && (await holds(access, known))) return known;
  const key = await createWriteKey(access, 'local', now);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
};

/** It may have been revoked: rotation can be tried out locally too. */
const holds = async (access: Keys, key: string): Promise<boolean> =>
  (await storedKeys(access)).some(({ hash, revokedAt }) => hash === hashOf(key) && revokedAt === null);
