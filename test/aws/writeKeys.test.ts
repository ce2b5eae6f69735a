import { createHash } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { HOLDS_FOR_SECONDS } from '../../cli/commands/keys.ts';
import { DynamoWriteKeys, KNOWN_MS } from '../../src/aws/writeKeys.ts';
import { fixedClock } from '../helpers/fakes.ts';

const client = new DynamoDBClient({ region: 'us-east-1' });
const dynamo = mockClient(client);
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

const knowing = (key: string, item: Record<string, { S: string }>): void => {
  dynamo
    .on(GetItemCommand, { TableName: 'keys', Key: { key_hash: { S: hashOf(key) } } })
    .resolves({ Item: item });
};

const looks = (): number => dynamo.commandCalls(GetItemCommand).length;

beforeEach(() => {
  dynamo.reset();
  dynamo.on(GetItemCommand).resolves({});
});

describe('the table of write keys', () => {
  test('a key is looked up by its hash and never sent itself', async () => {
    knowing('wk_shop', { source: { S: 'shop' } });
    const keys = new DynamoWriteKeys(client, 'keys', fixedClock());

    expect(await keys.sourceOf('wk_shop')).toBe('shop');
    expect(JSON.stringify(dynamo.commandCalls(GetItemCommand)[0]?.args[0].input)).not.toContain('wk_shop');
  });

  test('a revoked key belongs to nobody', async () => {
    knowing('wk_shop', { source: { S: 'shop' }, revoked_at: { S: '2026-10-01T00:00:00.000Z' } });
    expect(await new DynamoWriteKeys(client, 'keys', fixedClock()).sourceOf('wk_shop')).toBeUndefined();
  });

  test('a known key is asked about once a minute', async () => {
    knowing('wk_shop', { source: { S: 'shop' } });
    const clock = fixedClock();
    const keys = new DynamoWriteKeys(client, 'keys', clock);

    await keys.sourceOf('wk_shop');
    clock.advance(59_999);
    await keys.sourceOf('wk_shop');
    expect(looks()).toBe(1);

    knowing('wk_shop', { source: { S: 'shop' }, revoked_at: { S: 'now' } });
    clock.advance(1);
    expect([await keys.sourceOf('wk_shop'), looks()]).toEqual([undefined, 2]);
  });

  test('an unknown key is asked about every ten seconds: a new one works soon', async () => {
    const clock = fixedClock();
    const keys = new DynamoWriteKeys(client, 'keys', clock);

    expect([await keys.sourceOf('wk_new'), await keys.sourceOf('wk_new'), looks()]).toEqual([
      undefined,
      undefined,
      1,
    ]);
    knowing('wk_new', { source: { S: 'app' } });
    clock.advance(10_000);
    expect(await keys.sourceOf('wk_new')).toBe('app');
  });

  test('the command line promises what the collectors keep: a revocation holds within a minute', () => {
    expect(HOLDS_FOR_SECONDS * 1_000).toBe(KNOWN_MS);
  });

  test('requests that come together with one key ask once', async () => {
    knowing('wk_shop', { source: { S: 'shop' } });
    const keys = new DynamoWriteKeys(client, 'keys', fixedClock());
    expect(await Promise.all(['wk_shop', 'wk_shop', 'wk_shop'].map((key) => keys.sourceOf(key)))).toEqual([
      'shop',
      'shop',
      'shop',
    ]);
    expect(looks()).toBe(1);
  });

  test('a key that is revoked while a slow table answers is not held longer for it', async () => {
    const clock = fixedClock();
    dynamo.on(GetItemCommand).callsFake(async () => {
      if (looks() > 1) return {};
      clock.advance(20_000);
      return { Item: { source: { S: 'shop' } } };
    });
    const keys = new DynamoWriteKeys(client, 'keys', clock);
    expect(await keys.sourceOf('wk_shop')).toBe('shop');
    clock.advance(40_000);
    expect(await keys.sourceOf('wk_shop')).toBeUndefined();
  });

  test('strangers do not fill the memory: the oldest of a thousand is forgotten', async () => {
    const keys = new DynamoWriteKeys(client, 'keys', fixedClock());
    for (let n = 0; n <= 1_000; n += 1) await keys.sourceOf(`wk_${n}`);
    await keys.sourceOf('wk_1000');
    expect(looks()).toBe(1_001);
    await keys.sourceOf('wk_0');
    expect(looks()).toBe(1_002);
  });

  test('strangers push no known key out, however many keys they try', async () => {
    knowing('wk_shop', { source: { S: 'shop' } });
    const keys = new DynamoWriteKeys(client, 'keys', fixedClock());
    await keys.sourceOf('wk_shop');
    for (let n = 0; n <= 1_000; n += 1) await keys.sourceOf(`wk_${n}`);
    const before = looks();
    expect([await keys.sourceOf('wk_shop'), looks()]).toEqual(['shop', before]);
  });

  test('a table that is away is Transient, and is not remembered', async () => {
    dynamo.on(GetItemCommand).rejectsOnce(Object.assign(new Error('no'), { name: 'InternalServerError' }));
    const keys = new DynamoWriteKeys(client, 'keys', fixedClock());

    await expect(keys.sourceOf('wk_shop')).rejects.toMatchObject({ name: 'Transient' });
    knowing('wk_shop', { source: { S: 'shop' } });
    expect(await keys.sourceOf('wk_shop')).toBe('shop');
  });
});
