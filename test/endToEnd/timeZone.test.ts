import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from 'headrace-emulator';
import { accessTo } from '../../client/access.ts';
import { localWriteKey } from '../../client/keys.ts';
import { packageStage } from '../../client/package.ts';
import { martNames } from '../../src/etl/queries.ts';
import { headrace, newDataDir, removeData } from '../helpers/commandLine.ts';

/** A stage that is packaged with a time zone of its own, and then with another one. */

const dataDir = newDataDir();
let stage: Emulator;

const start = async (params: Readonly<Record<string, string>>): Promise<Emulator> => {
  await stage?.close();
  stage = await startEmulator({ packageDir: await packageStage('local', params), dataDir, port: 0 });
  return stage;
};

const command = async (...args: string[]) => {
  const { code, document, stderr } = await headrace([...args, '--data', dataDir, '--json']);
  if (code !== 0) throw new Error(stderr);
  return document;
};

const order = (id: string, time: string) => ({
  event_id: id,
  event_name: 'order_completed',
  event_time: time,
  user_id: 'u',
  properties: {
    order_id: id,
    revenue: 10,
    currency: 'EUR',
    items: [{ product_id: 'p', price: 10, quantity: 1 }],
  },
});

const send = async ({ endpoint, httpApi }: Emulator, events: object[]): Promise<void> => {
  const access = accessTo('local', { endpoint, collector: httpApi, dataDir });
  const key = await localWriteKey(access, dataDir, new Date());
  const answer = await fetch(`${httpApi}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify(events),
  });
  expect(answer.status).toBe(202);
};

const ordersPerDay = async (): Promise<unknown> =>
  (await command('query', 'SELECT dt, orders FROM daily_sales ORDER BY dt', '--text')).rows;

beforeAll(async () => {
  await start({ timeZone: 'Asia/Seoul' });
}, 300_000);
afterAll(async () => {
  await stage?.close();
  removeData(dataDir);
});

// A project without this mart has tests of its own for its marts.
const shipped = martNames.includes('daily_sales') ? test : test.skip;

shipped(
  'in Asia/Seoul an order at 23:30 UTC counts on the next day',
  async () => {
    const orders = [order('o-1', '2026-11-01T23:30:00Z'), order('o-2', '2026-11-01T14:59:59.999Z')];
    await send(stage, orders);
    expect((await command('etl')).status).toBe('SUCCEEDED');
    const days = [
      { dt: '2026-11-01', orders: '1' },
      { dt: '2026-11-02', orders: '1' },
    ];
    expect(await ordersPerDay()).toEqual(days);
    const each = martNames.map((mart) => `SELECT DISTINCT '${mart}' AS mart, dt FROM ${mart}`);
    const { rows } = await command('query', `${each.join(' UNION ALL ')} ORDER BY mart, dt`, '--text');
    expect(rows).toEqual(martNames.flatMap((mart) => days.map(({ dt }) => ({ mart, dt }))));
    expect(await command('status')).toMatchObject({ timeZone: 'Asia/Seoul' });
  },
  300_000,
);

shipped(
  'another order of the same day there, in a partition of the next day, is added to it',
  async () => {
    await send(stage, [order('o-3', '2026-11-02T00:10:00Z')]);
    expect((await command('etl')).status).toBe('SUCCEEDED');
    expect(await ordersPerDay()).toEqual([
      { dt: '2026-11-01', orders: '1' },
      { dt: '2026-11-02', orders: '2' },
    ]);
    const shown = await command('marts', 'run', 'daily_sales', '--day', '2026-11-02', '--dry-run', '--text');
    expect(shown.rows).toMatchObject([{ dt: '2026-11-02', orders: '2' }]);
  },
  300_000,
);

shipped(
  'another time zone writes all days again, and takes away those without rows',
  async () => {
    await start({ timeZone: 'America/New_York' });
    expect((await command('etl')).status).toBe('SUCCEEDED');
    expect(await ordersPerDay()).toEqual([{ dt: '2026-11-01', orders: '3' }]);
    // All is done: the next run has nothing to do.
    expect((await command('etl')).states).toEqual(['Plan', 'HasWork?', 'Idle']);
  },
  300_000,
);
