import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from 'headrace-emulator';
import { TEMPLATE_FILE } from 'headrace-emulator/template';
import { scratch } from 'headrace-emulator/testing';
import { z } from 'zod';
import { accessTo } from '../../client/access.ts';
import { localWriteKey } from '../../client/keys.ts';
import { linkPackage } from '../../scripts/iam/mutate.ts';
import { martNames } from '../../src/etl/queries.ts';
import { headrace, newDataDir, removeData } from '../helpers/commandLine.ts';
import { packaged } from '../helpers/packaged.ts';
import { describeFile, shopMarts } from '../helpers/queries.ts';

/** A stage with a time zone of its own, and then with another one. */

const dataDir = newDataDir();
const { dir: packages, remove: removePackages } = scratch();
let stage: Emulator | undefined;

const templateSchema = z.looseObject({
  Resources: z.looseObject({
    PlanLambdaFunction: z.looseObject({
      Properties: z.looseObject({
        Environment: z.looseObject({ Variables: z.looseObject({ TIME_ZONE: z.string() }) }),
      }),
    }),
  }),
});

/** The package of `local` with another time zone, which test/template/timeZone.test.ts finds in the same place. */
const packagedIn = async (timeZone: string): Promise<string> => {
  const { folder } = await packaged('local');
  const template = templateSchema.parse(JSON.parse(readFileSync(join(folder, TEMPLATE_FILE), 'utf8')));
  template.Resources.PlanLambdaFunction.Properties.Environment.Variables.TIME_ZONE = timeZone;
  return linkPackage(folder, join(packages, timeZone), template);
};

const start = async (timeZone: string): Promise<void> => {
  await stage?.close();
  stage = await startEmulator({ packageDir: await packagedIn(timeZone), dataDir, port: 0 });
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

const send = async (events: object[]): Promise<void> => {
  if (stage === undefined) throw new Error('No stage runs.');
  const { endpoint, httpApi } = stage;
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

describeFile('queries/marts/daily_sales.sql', () => {
  beforeAll(async () => {
    await start('Asia/Seoul');
  }, 300_000);
  afterAll(async () => {
    await stage?.close();
    removeData(dataDir);
    removePackages();
  });

  test('in Asia/Seoul an order at 23:30 UTC counts on the next day', async () => {
    const orders = [order('o-1', '2026-11-01T23:30:00Z'), order('o-2', '2026-11-01T14:59:59.999Z')];
    await send(orders);
    expect((await command('etl')).status).toBe('SUCCEEDED');
    const days = [
      { dt: '2026-11-01', orders: '1' },
      { dt: '2026-11-02', orders: '1' },
    ];
    expect(await ordersPerDay()).toEqual(days);
    const marts = shopMarts.filter((mart) => martNames.includes(mart));
    const each = marts.map((mart) => `SELECT DISTINCT '${mart}' AS mart, dt FROM ${mart}`);
    const { rows } = await command('query', `${each.join(' UNION ALL ')} ORDER BY mart, dt`, '--text');
    expect(rows).toEqual(marts.flatMap((mart) => days.map(({ dt }) => ({ mart, dt }))));
    expect(await command('status')).toMatchObject({ timeZone: 'Asia/Seoul' });
  }, 300_000);

  test('another order of the same day there, in a partition of the next day, is added to it', async () => {
    await send([order('o-3', '2026-11-02T00:10:00Z')]);
    expect((await command('etl')).status).toBe('SUCCEEDED');
    expect(await ordersPerDay()).toEqual([
      { dt: '2026-11-01', orders: '1' },
      { dt: '2026-11-02', orders: '2' },
    ]);
    const shown = await command('marts', 'run', 'daily_sales', '--day', '2026-11-02', '--dry-run', '--text');
    expect(shown.rows).toMatchObject([{ dt: '2026-11-02', orders: '2' }]);
  }, 300_000);

  test('another time zone writes all days again, and takes away those without rows', async () => {
    await start('America/New_York');
    expect((await command('etl')).status).toBe('SUCCEEDED');
    expect(await ordersPerDay()).toEqual([{ dt: '2026-11-01', orders: '3' }]);
    // All is done: the next run has nothing to do.
    expect((await command('etl')).states).toEqual(['Plan', 'HasWork?', 'Idle']);
  }, 300_000);
});
