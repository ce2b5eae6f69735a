import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from 'headrace-emulator';
import { compareRows } from '../../bench/chaos/postgres.ts';
import { accessTo } from '../../client/access.ts';
import { runQuery } from '../../client/athena.ts';
import { createWriteKey } from '../../client/keys.ts';
import { packageStage } from '../../client/package.ts';
import { type CommandResult, headrace, newDataDir } from '../helpers/commandLine.ts';
import { HurriedClock, hurriedStates } from './support/hurriedClock.ts';

/** The packaged stage, whose database is away for minutes. */
const MINUTE_MS = 60_000;
const MINUTES = 6;

/** Of a day that PostgreSQL keeps, whenever this runs. */
const YESTERDAY = new Date(Date.now() - 24 * 3_600_000).toISOString();

const clock = new HurriedClock();
let dataDir: string;
let stage: Emulator;
let key: string;

beforeAll(async () => {
  dataDir = newDataDir();
  stage = await startEmulator({
    packageDir: await packageStage('local'),
    dataDir,
    port: 0,
    timer: clock.timer,
    statesTimer: hurriedStates,
    usageFolder: process.env.HEADRACE_IAM_USAGE,
  });
  key = await createWriteKey(access(), 'shop', new Date());
}, 300_000);

afterAll(async () => {
  await stage?.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const access = () => accessTo('local', { endpoint: stage.endpoint, collector: stage.httpApi, dataDir });

const command = (...args: string[]): Promise<CommandResult> =>
  headrace([...args, '--data', dataDir, '--json']);

const send = async (...ids: string[]): Promise<void> => {
  const events = ids.map((event_id) => ({
    ...{ event_id, event_name: 'order_completed', event_time: YESTERDAY },
    ...{ user_id: event_id, properties: { revenue: 9.5, currency: 'EUR' } },
  }));
  const { status } = await fetch(`${stage.httpApi}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(events),
  });
  expect(status).toBe(202);
};

/** What is behind, by its name: of the functions that read the stream, and of the delivery stream. */
const lags = (): Record<string, number> => {
  const lagOf = ({ shards }: { shards: { millisBehindLatest: number }[] }): number =>
    Math.max(...shards.map(({ millisBehindLatest }) => millisBehindLatest));
  return Object.fromEntries([
    ...stage.mappings().map((one) => [one.functionName.split('-').at(-1) ?? '', lagOf(one)]),
    ...stage.deliveries().map((one) => ['archive', lagOf(one)]),
  ]);
};

/** All but the database: as far as they have come, or never. */
const othersCaughtUp = async (): Promise<void> => {
  for (const name of ['land', 'windows']) await stage.mappingsIdle(undefined, `headrace-local-${name}`);
  await stage.deliveriesIdle();
};

const curatedRows = async (): Promise<number> => {
  const { rows } = await runQuery(access(), 'SELECT count(*) FROM events');
  return Number(rows[0]?.[0]);
};

test('a database that is away for minutes holds up nobody else, and has every row when it is back', async () => {
  const database = stage.databases()[0];
  if (database === undefined) throw new Error('the stage has no database');
  await send('before-1', 'before-2');
  await stage.mappingsIdle();
  await stage.deliveriesIdle();

  database.takeAway();
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    await send(`${minute}-1`, `${minute}-2`, `${minute}-3`);
    await othersCaughtUp();
    clock.advance(MINUTE_MS);
  }
  const { postgres = 0, ...others } = lags();
  expect(others).toEqual({ land: 0, windows: 0, archive: 0 });
  expect(postgres).toBeGreaterThanOrEqual(MINUTES * MINUTE_MS);

  // A run of the ETL goes to its end, and publishes.
  const run = await command('etl');
  expect({ ...run.document, code: run.code }).toMatchObject({ code: 0, status: 'SUCCEEDED' });
  expect(await curatedRows()).toBe(2 + 3 * MINUTES);
  expect(lags().postgres).toBeGreaterThanOrEqual(MINUTES * MINUTE_MS);

  database.bringBack();
  clock.hurry();
  await stage.mappingsIdle();
  // No run has repaired anything since: all of them came by the stream.
  const came = { rows: 2 + 3 * MINUTES, missing: [], extra: [], differing: 0 };
  expect(await compareRows(access(), [])).toMatchObject(came);
  expect((await command('etl')).code).toBe(0);
  expect(await compareRows(access(), [])).toMatchObject(came);
}, 300_000);
