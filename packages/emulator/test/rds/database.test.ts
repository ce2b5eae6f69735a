import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scratch } from '../../src/testing/scratch.ts';
import { cluster } from './cluster.ts';
import { eachRds } from './fixture.ts';

const { start, login } = eachRds();

/** One folder for all: to make the files of a cluster takes a second. */
let place: ReturnType<typeof scratch>;
beforeAll(() => {
  place = scratch();
});
afterAll(() => place.remove());

const begin = (options: Partial<Parameters<typeof start>[0]> = {}) =>
  start({ dataDir: place.dir, ...options });

/** The process that listens for the cluster, as its own file names it. */
const processOf = (): number => {
  const [pid] = readFileSync(`${place.dir}/rds/Shop/data/postmaster.pid`, 'utf8').split('\n');
  return Number(pid);
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a cluster of the template', () => {
  test('is a PostgreSQL, whose master owns its database and is no superuser', async () => {
    const { database } = await begin();
    const client = await login(database);
    const { rows } = await client.query(
      `SELECT current_database() AS db, current_user AS who, rolsuper AS super, rolcreaterole AS makes,
        pg_get_userbyid(datdba) AS owner FROM pg_roles, pg_database
        WHERE rolname = current_user AND datname = current_database()`,
    );
    expect(rows).toEqual([{ db: 'shop', who: 'owner', super: false, makes: true, owner: 'owner' }]);
  });

  test('refuses a wrong password', async () => {
    const { database } = await begin();
    const uri = { ...database, username: 'rdsadmin' };
    await expect(login(uri)).rejects.toMatchObject({ code: '28P01' });
  });

  test('keeps its rows and its port from one start to the next', async () => {
    const first = await begin();
    const client = await login(first.database);
    await client.query('CREATE TABLE kept AS SELECT 7 AS n');
    await first.close();
    const second = await begin();
    expect(second.database.port).toBe(first.database.port);
    const again = await login(second.database);
    expect((await again.query('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
  });

  test('leaves no process when it is closed', async () => {
    const { database, close } = await begin();
    await login(database);
    const pid = processOf();
    expect(isRunning(pid)).toBe(true);
    await close();
    expect(isRunning(pid)).toBe(false);
  });

  test('has what was committed when it crashes, and nothing of what was not', async () => {
    const { database } = await begin();
    const client = await login(database);
    await client.query('CREATE TABLE crashed (n int); INSERT INTO crashed VALUES (1)');
    await client.query('BEGIN; INSERT INTO crashed VALUES (2)');
    expect(await database.crash()).toBe(true);
    expect(await database.crash()).toBe(false);
    await expect(client.query('COMMIT')).rejects.toThrow();
    const again = await login(database);
    expect((await again.query('SELECT n FROM crashed')).rows).toEqual([{ n: 1 }]);
  });

  test('is away for everybody until it is brought back', async () => {
    const { database } = await begin();
    const client = await login(database);
    database.takeAway();
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await expect(login(database)).rejects.toThrow();
    database.bringBack();
    expect((await (await login(database)).query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  test.each<['cut' | 'drop', number, string]>([
    ['cut', 1, 'after the database has committed'],
    ['drop', 0, 'before the database has seen it'],
  ])('loses a COMMIT by %s, so that %i row is there: %s', async (fate, rows) => {
    let left = 1;
    const { database } = await begin({
      meddle: (operation) => (operation === 'COMMIT' && left-- > 0 ? fate : undefined),
    });
    const client = await login(database);
    await client.query('DROP TABLE IF EXISTS lost; CREATE TABLE lost (n int)');
    await client.query('BEGIN');
    await client.query('INSERT INTO lost VALUES ($1)', [1]);
    await expect(client.query('COMMIT')).rejects.toThrow();
    const again = await login(database);
    expect((await again.query('SELECT count(*)::int AS n FROM lost')).rows).toEqual([{ n: rows }]);
  });

  test.each([
    [
      { ...cluster, Engine: 'aurora-mysql' },
      'only PostgreSQL is emulated (aurora-postgresql), not aurora-mysql',
    ],
    [
      { ...cluster, ManageMasterUserPassword: false },
      'neither MasterUserPassword nor ManageMasterUserPassword',
    ],
  ])('stops the boot where it is not emulated: %j', async (properties, reason) => {
    await expect(begin({ properties })).rejects.toThrow(reason);
  });
});

test('ends with an emulator that is killed, and starts again with the next one', async () => {
  const pid = killedEmulator();
  const { database } = await begin();
  const client = await login(database);
  expect((await client.query('SELECT n FROM of_the_killed')).rows).toEqual([{ n: 3 }]);
  // One at a time has the cluster's files, so the one of the killed emulator has ended.
  expect(processOf()).not.toBe(pid);
});

/** Runs an emulator's RDS in a process that is killed with its database running. Gives the id of the database's process. */
const killedEmulator = (): number => {
  const program = new URL('killed.ts', import.meta.url).pathname;
  const options = { stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'] };
  try {
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, place.dir], options);
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('signal' in error) || error.signal !== 'SIGKILL')
      throw error;
    return Number('stdout' in error ? error.stdout : undefined);
  }
  throw new Error('it was not killed');
};
