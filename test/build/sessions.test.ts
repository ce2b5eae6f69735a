import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type BuildPorts, buildPartition } from '../../src/build/building.ts';
import { duckdbEngine } from '../../src/build/engine/duckdb.ts';
import { inBuildFolder } from '../../src/build/engine/folder.ts';
import type { Session } from '../../src/build/engine/session.ts';
import { createSessions } from '../../src/build/engine/sessions.ts';
import { unpackObjects } from '../../src/build/engine/unpack.ts';
import type { BuildEngine } from '../../src/ports/build.ts';
import * as z from '../../src/schema.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { line } from '../helpers/rawLines.ts';

const clock = fixedClock();
const hourOf = (hour: string): string => `2026-11-01T${hour}`;

/** Hours that have little in common: ids that come again, properties of other types, lines that are not events. */
const hours: Readonly<Record<string, readonly string[]>> = {
  '01': [line({ event_time: `${hourOf('01')}:00:00.000Z`, event_id: 'a', user_id: 'u'.repeat(300) }), 'bad'],
  '02': Array.from({ length: 300 }, (_, n) =>
    line({
      event_time: `${hourOf('02')}:10:00.000Z`,
      event_id: `id-${n % 200}`,
      event_name: n % 2 === 0 ? 'order_completed' : 'seen',
      properties: `{"revenue":${n}.5,"order_id":"o-${n}","other":${n % 3 === 0 ? '"x"' : '9007199254740993'}}`,
    }),
  ),
  '03': [line({ event_time: `${hourOf('03')}:00:00.000Z`, event_id: 'a', properties: '{"title":"ä 😀"}' })],
  '04': ['no event'],
  '05': [line({ event_time: `${hourOf('05')}:00:00.000Z`, event_id: 'id-1', event_name: 'order_completed' })],
};

const landed = () => {
  const store = createFakeStore({ clock });
  const { partitionStates } = createFakeLedger({ now: clock.now });
  for (const [hour, lines] of Object.entries(hours)) {
    const key = `raw/dt=2026-11-01/hr=${hour}/s-1-n${lines.length}.ndjson.gz`;
    store.seed(key, lines.map((text) => `${text}\n`).join(''));
    partitionStates.land(hourOf(hour));
  }
  const build = (hour: string, engine: BuildEngine, force = false) => {
    const ports: BuildPorts = {
      ...{ store, partitionStates, clock, engine },
      runs: { hasEnded: async () => false },
      inFolder: inBuildFolder,
      partBytes: 1e8,
      unpack: (objects, folder) => unpackObjects(store, objects, folder, 1e8),
    };
    return buildPartition(ports, { execution: 'run-1', partition: hourOf(hour), force });
  };
  const files = () =>
    store
      .keys()
      .filter((key) => /^(events|rejected|reports)\//.test(key))
      .map((key) => [key, store.objects.get(key)?.body.toString('base64')]);
  return { build, files };
};

const engineOf = () => duckdbEngine({ memoryMb: 1_000 });

/** What each hour comes to in an engine of its own. */
const alone = async () => {
  const { build, files } = landed();
  for (const hour of Object.keys(hours)) await build(hour, engineOf());
  return files();
};

test('hours that one engine builds after each other are, byte by byte, those that an engine each builds', async () => {
  const { build, files } = landed();
  const engine = engineOf();
  for (const hour of Object.keys(hours)) await build(hour, engine);
  expect(files()).toEqual(await alone());
});

test('hours that one engine builds at the same time do not mix', async () => {
  const { build, files } = landed();
  const engine = engineOf();
  await Promise.all(Object.keys(hours).map((hour) => build(hour, engine)));
  await Promise.all(Object.keys(hours).map((hour) => build(hour, engine, true)));
  expect(files()).toEqual(await alone());
});

test('an hour of which nothing is known to be small comes to the same bytes', async () => {
  const { build, files } = landed();
  const engine = engineOf();
  const { name } = engine;
  const large: BuildEngine = {
    name,
    build: (partition, batches, size, folder) =>
      engine.build(partition, batches, { ...size, small: false }, folder),
  };
  for (const hour of Object.keys(hours)) await build(hour, large);
  expect(files()).toEqual(await alone());
});

test('builds at the same time spill into folders of their own, which are no leftovers until their session is closed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'headrace-sessions-'));
  const run = createSessions(1_000);
  const spillOf = async (session: Session) => {
    const row = z.object({ path: z.string() });
    const [setting] = await session.rows("SELECT current_setting('temp_directory') AS path", row);
    const path = setting?.path ?? '';
    mkdirSync(path);
    return path;
  };
  const inSmall = <Result>(work: (session: Session) => Promise<Result>) =>
    run(join(root, 'build'), { parts: 1, small: true }, work);
  const spills = await inSmall(async (first) => {
    const outer = await spillOf(first);
    const inner = await inSmall(spillOf);
    await inBuildFolder(async () => {}, root);
    expect([outer, inner].map((path) => existsSync(path))).toEqual([true, true]);
    return [outer, inner];
  });

  expect(new Set(spills).size).toBe(2);
  // The session that ended last is kept, the other one is closed.
  expect(spills.map((path) => existsSync(path))).toEqual([true, false]);
  await run(join(root, 'build'), { parts: 1, small: false }, async () => {});
  expect(readdirSync(root)).toEqual([]);
});

test('a build that breaks off leaves none of its events to the next', async () => {
  const { build, files } = landed();
  const engine = engineOf();
  await build('05', engine);
  await inBuildFolder(async (folder) => {
    const path = join(folder, 'staged.ndjson');
    const text = `${hours['02']?.join('\n')}\n`;
    writeFileSync(path, text);
    const batches = async function* () {
      yield [{ key: 'staged', path, rows: 300, bytes: text.length, writtenAt: clock.now() }];
      throw new Error('the disk is gone');
    };
    const broken = engine.build(hourOf('02'), batches(), { parts: 1, small: true }, folder);
    await expect(broken).rejects.toThrow('the disk is gone');
  });
  for (const hour of Object.keys(hours)) await build(hour, engine, true);
  expect(files()).toEqual(await alone());
});
