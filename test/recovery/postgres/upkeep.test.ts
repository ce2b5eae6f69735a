import '../../helpers/shop.ts';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openCurated } from '../../../src/build/engine/curated.ts';
import { catalogColumns } from '../../../src/events/columnCatalog.ts';
import { compareRange, runUpkeep, type UpkeepPorts } from '../../../src/recovery/postgres/upkeep.ts';
import { rowMaker } from '../../../src/sinks/postgres/row.ts';
import { databaseColumns } from '../../../src/sinks/postgres/schema.ts';
import { committedBuild, ledgerEntryOf } from '../../helpers/builds.ts';
import { fixedClock } from '../../helpers/fakes.ts';
import { databaseOf, startPostgres, type TestServer } from '../../helpers/postgres.ts';
import { buildLines, line } from '../../helpers/rawLines.ts';
import { aRecord } from '../../helpers/records.ts';
import { catalog, consumerOf, emptyDatabase, makeSchema, stored } from '../../sinks/postgres/support.ts';

let server: TestServer;
let files: { key: string; path: string }[] = [];
let ports: UpkeepPorts;

const NOW = '2026-11-01T12:00:00.000Z';

/** The ledger and the lake have one build of the hour; whatever is in the file is curated. */
const publish = async (build: string, lines: readonly string[], stale = false): Promise<void> => {
  const built = await buildLines(...lines);
  files = built.files.map(({ path, rows }) => ({
    key: `events/dt=2026-11-01/hr=05/build=${build}/events-n${rows}.parquet`,
    path,
  }));
  const counts = { raw: lines.length, curated: built.curated, duplicates: 0, rejected: 0 };
  const entry = ledgerEntryOf(committedBuild(build, { counts }), { stale });
  ports = { ...ports, partitionStates: { entries: async () => [entry] } };
};

beforeAll(async () => {
  server = await startPostgres();
  await makeSchema(server.database);
});

beforeEach(async () => {
  await emptyDatabase(server.database);
  ports = {
    database: server.database,
    store: {
      list: async (prefix) =>
        files
          .filter(({ key }) => key.startsWith(prefix))
          .map(({ key }) => ({ key, bytes: 1, etag: '', lastModified: new Date(NOW) })),
      read: async (key) => Readable.from([readFileSync(files.find((file) => file.key === key)?.path ?? '')]),
    },
    openCurated: (folder) => openCurated(folder, 500),
    columns: databaseColumns(catalogColumns),
    rowOf: rowMaker(catalog.eventTypes, catalogColumns),
    partitionStates: { entries: async () => [] },
    clock: fixedClock(NOW),
    keepDays: 35,
    roles: async () => undefined,
  };
});

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, at) =>
    line({
      event_id: `e${String(at).padStart(3, '0')}`,
      event_name: 'order_completed',
      properties: `{"order_id":"o-${at}","revenue":${at}.50,"items":[{"price":"1.5"}]}`,
      context: '{"page":{"url":"https://x.example/ü"}}',
    }),
  );

const ids = (count: number) => Array.from({ length: count }, (_, at) => `e${String(at).padStart(3, '0')}`);

const allRows = () => server.database.query('SELECT * FROM headrace.events ORDER BY event_id');

describe('an hour that is published', () => {
  test('has what the stream did not bring, and the same rows as if it had', async () => {
    const sent = lines(600);
    await publish('b1', sent);
    const { deliver } = consumerOf(server.database);
    await deliver([aRecord('1', sent)]);
    const before = await allRows();
    await server.database.query("DELETE FROM headrace.events WHERE event_id BETWEEN 'e100' AND 'e299'");

    expect(await compareRange(undefined, ports)).toMatchObject({ rows: 400, missing: 200, extra: 0 });
    await server.database.query('UPDATE headrace.hours SET rows = 400');
    expect(await runUpkeep(ports)).toMatchObject({ rowsRepaired: 200, rowsRemoved: 0, hoursLeft: 0 });

    expect(await allRows()).toEqual(before);
    expect(await stored(server.database)).toEqual({ ids: ids(600), counted: 600 });
    expect(await compareRange(undefined, ports)).toMatchObject({ rows: 600, missing: 0, differing: [] });
    // Its build has been compared, so nobody looks at it again.
    expect(await runUpkeep(ports)).toMatchObject({ hoursCompared: 0 });
  });

  test('is brought whole where the stream brought nothing: imported history', async () => {
    await publish('b1', lines(50));
    expect(await runUpkeep(ports)).toMatchObject({ rowsRepaired: 50 });
    expect(await stored(server.database)).toEqual({ ids: ids(50), counted: 50 });
  });

  test('loses what was taken out of the lake, and keeps what has just come', async () => {
    const { deliver } = consumerOf(server.database);
    const fresh = line({ event_id: 'fresh', received_at: '2026-11-01T11:30:00.000Z' });
    await deliver([aRecord('1', [...lines(10), fresh])]);
    await publish('b2', lines(7));
    expect(await compareRange(undefined, ports)).toMatchObject({ missing: 0, extra: 3 });
    expect(await runUpkeep(ports)).toMatchObject({ rowsRepaired: 0, rowsRemoved: 3 });
    expect(await stored(server.database)).toEqual({ ids: [...ids(7), 'fresh'], counted: 8 });
  });

  test('counts what the database refuses as there, and does not try it in every run', async () => {
    const sent = [...lines(5), line({ event_id: 'bad', properties: '{"a":"\\u0000"}' })];
    await publish('b1', sent);
    expect(await runUpkeep(ports)).toMatchObject({ rowsRepaired: 6 });
    expect(await stored(server.database)).toEqual({ ids: ids(5), counted: 5 });
    expect(await compareRange(undefined, ports)).toMatchObject({ rows: 6, missing: 0, extra: 0 });
    expect(await runUpkeep(ports)).toMatchObject({ hoursCompared: 0 });
  });

  test('is left alone while the stream is ahead of its build', async () => {
    const { deliver } = consumerOf(server.database);
    await deliver([aRecord('1', lines(10))]);
    await publish('b1', lines(8), true);
    expect(await runUpkeep(ports)).toMatchObject({ hoursCompared: 0 });
  });
});

describe('days', () => {
  test('beyond those that are kept are dropped, their counters too, and the next ones are there', async () => {
    const { deliver } = consumerOf(server.database);
    await deliver([aRecord('1', lines(3))]);
    const clock = fixedClock('2026-11-03T00:00:00.000Z');
    const kept = await runUpkeep({ ...ports, clock, keepDays: 3 });
    expect(kept.daysDropped).toEqual([]);
    expect((await runUpkeep({ ...ports, clock, keepDays: 2 })).daysDropped).toContain('events_20261101');
    expect(await stored(server.database)).toEqual({ ids: [], counted: 0 });
    const days = await server.database.query(
      "SELECT relname FROM pg_class WHERE relname ~ '^events_[0-9]{8}$' ORDER BY 1",
    );
    expect(days.map(({ relname }) => relname)).toEqual([
      ...['events_20261102', 'events_20261103', 'events_20261104', 'events_20261105'],
    ]);
  });
});

describe('the schema', () => {
  test('gets the columns that it does not have, and keeps those of other people', async () => {
    const { query } = server.database;
    await query('ALTER TABLE headrace.events DROP COLUMN revenue, ADD COLUMN mine text');
    const { deliver } = consumerOf(server.database);
    // The consumer meets a table behind its columns and has them added.
    expect(await deliver([aRecord('1', lines(2))])).toMatchObject({ retryFrom: null });
    expect(await query('SELECT revenue, mine FROM headrace.events ORDER BY 1')).toEqual([
      { revenue: '0.5', mine: null },
      { revenue: '1.5', mine: null },
    ]);
    await query('ALTER TABLE headrace.events DROP COLUMN mine');
  });

  test('with a column of another type is an error that names it', async () => {
    const { query } = server.database;
    await query('ALTER TABLE headrace.events ALTER COLUMN revenue TYPE text');
    await expect(runUpkeep(ports)).rejects.toThrow(/column revenue of headrace.events is text/);
    await query('ALTER TABLE headrace.events DROP COLUMN revenue');
    expect((await runUpkeep(ports)).columnsAdded).toEqual(['revenue']);
  });
});

test('the writer may write, and make the tables of days; the reader may read; and neither more', async () => {
  const writer = { username: 'headrace_writer', password: "wr'iter" };
  const reader = { username: 'headrace_reader', password: 'reader' };
  const [asWriter, asReader] = [writer, reader].map((login) => databaseOf({ ...server.login, ...login }));
  const { deliver } = consumerOf(asWriter!, {
    prepare: async () => {
      await runUpkeep({ ...ports, roles: async () => ({ writer, reader }) });
    },
  });
  expect(await deliver([aRecord('1', lines(2))])).toMatchObject({ retryFrom: null });
  const [counted] = await asReader!.query('SELECT count(*) AS rows FROM headrace.events');
  expect(counted).toEqual({ rows: '2' });
  for (const [database, sql] of [
    [asWriter, 'DELETE FROM headrace.events'],
    [asWriter, 'DROP TABLE headrace.events'],
    [asWriter, 'CREATE TABLE headrace.mine (a int)'],
    [asReader, 'DELETE FROM headrace.events'],
    [asReader, "SELECT headrace.make_days('{2026-11-09}')"],
  ] as const)
    await expect(database!.query(sql)).rejects.toMatchObject({ code: '42501' });
});
