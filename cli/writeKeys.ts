import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { StageAccess } from './access.ts';

/** Makes a write key for a source and stores its hash. The key itself is kept nowhere else: show it once. */
export const createWriteKey = async (access: StageAccess, source: string, now: Date): Promise<string> => {
  const key = `hr_${randomBytes(18).toString('base64url')}`;
  await registerWriteKey(access, key, source, now);
  return key;
};

const registerWriteKey = async (
  access: StageAccess,
  key: string,
  source: string,
  now: Date,
): Promise<void> => {
  await access.dynamodb.send(
    new PutItemCommand({
      TableName: access.keysTable,
      Item: {
        key_hash: { S: createHash('sha256').update(key).digest('hex') },
        source: { S: source },
        created_at: { S: now.toISOString() },
      },
    }),
  );
};

/** The local stage's own key (source `local`): made at the first boot, then the same on every boot of its data. */
export const localWriteKey = async (access: StageAccess, dataDir: string, now: Date): Promise<string> => {
  const file = join(dataDir, 'write-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = await createWriteKey(access, 'local', now);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
};
