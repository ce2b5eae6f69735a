import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createWriteKey, listWriteKeys, localWriteKey, revokeWriteKeys } from '../../client/keys.ts';
import { DynamoWriteKeys } from '../../src/aws/writeKeys.ts';
import { createTable, type LocalDynamo } from '../helpers/dynamo.ts';
import { fixedClock } from '../helpers/fakes.ts';
import { onceDynamo } from '../helpers/onceDynamo.ts';

const dynamo = onceDynamo();
let keys: { dynamodb: LocalDynamo['client']; keysTable: string };
let tables = 0;

beforeEach(async () => {
  tables += 1;
  keys = { dynamodb: dynamo.client, keysTable: `keys-${tables}` };
  await createTable(
    dynamo.client,
    new CreateTableCommand({
      TableName: keys.keysTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'key_hash', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key_hash', KeyType: 'HASH' }],
    }),
  );
});

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 12, minute));
/** What a collector that has just started says of a key. */
const collector = (key: string) =>
  new DynamoWriteKeys(keys.dynamodb, keys.keysTable, fixedClock()).sourceOf(key);
const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 12);

describe('write keys', () => {
  test('are listed by what is known of them; the key itself is neither shown nor stored', async () => {
    const key = await createWriteKey(keys, 'shop', at(0), 'ios-2026');
    expect(await listWriteKeys(keys)).toEqual([
      {
        id: idOf(key),
        source: 'shop',
        name: 'ios-2026',
        ending: key.slice(-4),
        createdAt: '2026-11-01T12:00:00.000Z',
        revokedAt: null,
      },
    ]);
    const stored = await keys.dynamodb.send(new ScanCommand({ TableName: keys.keysTable }));
    expect(JSON.stringify([stored.Items, await listWriteKeys(keys)])).not.toContain(key);
  });

  test('are rotated without a gap: a second is made, both hold, and all but the newest go', async () => {
    const first = await createWriteKey(keys, 'shop', at(0));
    const other = await createWriteKey(keys, 'app', at(1));
    const second = await createWriteKey(keys, 'shop', at(2));
    expect([await collector(first), await collector(second)]).toEqual(['shop', 'shop']);

    const { revoked, left } = await revokeWriteKeys(keys, { source: 'shop', keep: 'newest' }, at(3));
    expect(revoked.map(({ id }) => id)).toEqual([idOf(first)]);
    expect(left.map(({ id }) => id)).toEqual([idOf(second)]);
    expect([await collector(first), await collector(second), await collector(other)]).toEqual([
      undefined,
      'shop',
      'app',
    ]);

    const again = await revokeWriteKeys(keys, { source: 'shop', keep: 'newest' }, at(4));
    expect(again.revoked).toEqual([]);
  });

  test('the newest that holds stays, even when a newer one was revoked', async () => {
    const first = await createWriteKey(keys, 'shop', at(0));
    const second = await createWriteKey(keys, 'shop', at(1));
    const lost = await createWriteKey(keys, 'shop', at(2));
    await revokeWriteKeys(keys, { id: idOf(lost) }, at(3));
    await revokeWriteKeys(keys, { source: 'shop', keep: 'newest' }, at(4));
    expect([await collector(first), await collector(second), await collector(lost)]).toEqual([
      undefined,
      'shop',
      undefined,
    ]);
  });

  test('revoked twice keep the time of the first, and the source may be left without any', async () => {
    const key = await createWriteKey(keys, 'shop', at(0));
    const { left } = await revokeWriteKeys(keys, { source: 'shop', keep: 'none' }, at(1));
    expect(left).toEqual([]);
    const again = await revokeWriteKeys(keys, { id: idOf(key) }, at(2));
    expect(again).toMatchObject({ revoked: [], already: [{ revokedAt: '2026-11-01T12:01:00.000Z' }] });
    expect((await listWriteKeys(keys))[0]?.revokedAt).toBe('2026-11-01T12:01:00.000Z');
  });

  test('the emulator keeps its own as long as it holds, and makes another when it was revoked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headrace-keys-'));
    try {
      const key = await localWriteKey(keys, folder, at(0));
      expect(await localWriteKey(keys, folder, at(1))).toBe(key);
      await revokeWriteKeys(keys, { id: idOf(key) }, at(2));
      const next = await localWriteKey(keys, folder, at(3));
      expect([next === key, await collector(next)]).toEqual([false, 'local']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
