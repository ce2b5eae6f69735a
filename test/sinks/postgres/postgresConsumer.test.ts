import '../../helpers/shop.ts';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type CommitProxy,
  databaseOf,
  startPostgres,
  startProxy,
  type TestServer,
} from '../../helpers/postgres.ts';
import { aRecord, lineOf } from '../../helpers/records.ts';
import { consumerOf, emptyDatabase, makeSchema, stored } from './support.ts';

let server: TestServer;
let proxy: CommitProxy;

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(server);
  await makeSchema(server.database);
});

beforeEach(() => emptyDatabase(server.database));

const events = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, at) => lineOf({ event_id: `e${String(first + at).padStart(4, '0')}` }));

const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `e${String(at).padStart(4, '0')}`);

const whole = (count: number) => ({ ids: ids(count), counted: count });

const rowOf = async (properties: object, fields: Record<string, unknown> = {}) => {
  const { deliver } = consumerOf(server.database);
  await deliver([aRecord('1', [lineOf({ properties, ...fields })])]);
  const [row] = await server.database.query('SELECT * FROM headrace.events');
  return row;
};

describe('an event becomes a row', () => {
  test('with its envelope and the typed columns of its type', async () => {
    const row = await rowOf(
      { order_id: '1001', revenue: 59.9, items: [{ product_id: 'p', price: '2.50' }] },
      { event_name: 'order_completed', context: { page: { url: 'https://x.example/' } } },
    );
    expect(row).toMatchObject({
      ...{ dt: '2026-11-01', hr: '5', event_id: 'e1', source: 'shop', user_id: null },
      ...{ event_time: '2026-11-01 05:10:00+00', received_at: '2026-11-01 05:10:01+00' },
      ...{ order_id: '1001', revenue: '59.9', schema_errors: '{items[0].price}' },
      context: '{"page": {"url": "https://x.example/"}}',
    });
    expect(JSON.parse(row?.items ?? '')).toEqual([
      expect.objectContaining({ product_id: 'p', price: 2.5, quantity: null }),
    ]);
  });

  test.each([
    ['0000-01-01T00:00:00.000Z', '0001-01-01 00:00:00+00 BC'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31 23:59:59.999+00'],
    [1_767_322_799.999, '2026-01-02 02:59:59.999+00'],
  ])('with the time %s', async (created, expected) => {
    const row = await rowOf({ created_at: created }, { event_name: 'user_signed_up' });
    expect(row?.signed_up_at).toBe(expected);
  });

  test('unless its day is not kept any more, which is no error', async () => {
    const { deliver, store } = consumerOf(server.database, { keepDays: 2 });
    const line = (day: string) => lineOf({ event_id: day, event_time: `${day}T05:10:00.000Z` });
    const days = ['2026-10-30', '2026-10-31', '2026-11-01'];
    const { outcome, retryFrom } = await deliver([aRecord('1', days.map(line))]);
    expect({ ...outcome, retryFrom }).toMatchObject({ inserted: 2, tooOld: 1, retryFrom: null });
    expect((await stored(server.database)).ids).toEqual(days.slice(1));
    expect(store.keys()).toEqual([]);
  });
});

describe('what the database refuses', () => {
  test.each([
    ['the character U+0000', { page_url: 'a\0b' }, 'U+0000'],
    ['a number beyond numeric', { page_url: JSON.rawJSON('1e999999') }, '22003'],
  ])('goes to quarantine, and the 499 others are there: %s', async (_, properties, says) => {
    const { deliver, store } = consumerOf(server.database);
    const lines = events(500);
    lines[321] = lineOf({ event_id: 'bad', properties });
    const records = [aRecord('1', lines.slice(0, 200)), aRecord('2', lines.slice(200))];
    for (let delivered = 0; delivered < 2; delivered += 1)
      expect(await deliver(records)).toMatchObject({ retryFrom: null, quarantined: 1 });
    expect(await stored(server.database)).toEqual({
      ids: ids(500).filter((id) => id !== 'e0321'),
      counted: 499,
    });
    expect(store.keys()).toEqual([
      'quarantine/dt=2026-11-01/hr=05/postgres.shardId-000000000003-1-n1.ndjson.gz',
    ]);
    const row = JSON.parse(store.text(store.keys()[0] ?? ''));
    expect(row).toMatchObject({ reason: 'refused_by_postgres', detail: expect.stringContaining(says) });
    expect(JSON.parse(row.raw).event_id).toBe('bad');
    expect(await server.database.query('SELECT dt, hr, reason FROM headrace.refused')).toEqual([
      { dt: '2026-11-01', hr: '5', reason: expect.stringContaining(says) },
    ]);
  });

  test('is not what only looks like the character: a backslash and u0000', async () => {
    const row = await rowOf({ page_url: String.raw`C:\u0000`, title: '\\\\' });
    expect(row?.page_url).toBe(String.raw`C:\u0000`);
  });
});

describe('a batch is there once', () => {
  test('when it comes again, in pieces and out of order', async () => {
    const { deliver } = consumerOf(server.database);
    const records = Array.from({ length: 10 }, (_, at) => aRecord(String(100 + at), events(20, at * 20)));
    await deliver(records.slice(5));
    await deliver(records.slice(2, 7));
    await deliver(records.toReversed());
    await Promise.all([deliver(records), deliver(records.slice(3))]);
    expect(await stored(server.database)).toEqual(whole(200));
  });

  test('when two shards bring the same events at the same time', async () => {
    const lines = events(300);
    const both = [lines, lines.toReversed()].map((some) => {
      const { deliver } = consumerOf(databaseOf(server.login));
      return deliver([aRecord('1', some)]);
    });
    for (const { retryFrom } of await Promise.all(both)) expect(retryFrom).toBeNull();
    expect(await stored(server.database)).toEqual(whole(300));
  });

  describe.each([
    ['the connection breaks before the COMMIT', 'drop', 0],
    ['the answer of the COMMIT is lost', 'cut', 100],
  ] as const)('when %s', (_, fate, afterwards) => {
    const batch = [aRecord('1', events(100))];

    test('once: it is tried again at once', async () => {
      const { deliver } = consumerOf(databaseOf(proxy.login));
      proxy.next(fate);
      expect(await deliver(batch)).toMatchObject({ retryFrom: null });
      expect(await stored(server.database)).toEqual(whole(100));
    });

    test('twice: it is delivered again', async () => {
      const { deliver } = consumerOf(databaseOf(proxy.login));
      proxy.next(fate, fate);
      expect(await deliver(batch)).toMatchObject({ retryFrom: '1' });
      expect(await stored(server.database)).toEqual(whole(afterwards));
      expect(await deliver(batch)).toMatchObject({ retryFrom: null });
      expect(await stored(server.database)).toEqual(whole(100));
    });
  });

  test('when the connection broke while nobody used it: then it is tried again at once', async () => {
    const database = databaseOf(server.login);
    const { deliver } = consumerOf(database);
    await deliver([aRecord('1', events(10))]);
    await server.database.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL',
    );
    expect(await deliver([aRecord('2', events(10, 10))])).toMatchObject({ retryFrom: null });
    expect(await stored(server.database)).toEqual(whole(20));
  });

  test('when the database was away: the batch is delivered again', async () => {
    const { deliver } = consumerOf(databaseOf(server.login));
    await server.stop();
    const { failures, retryFrom } = await deliver([aRecord('7', events(5))]);
    expect(retryFrom).toBe('7');
    expect(failures[0]?.error).toMatchObject({ name: 'Transient' });
    await server.start();
    expect(await deliver([aRecord('7', events(5))])).toMatchObject({ retryFrom: null });
    expect(await stored(server.database)).toEqual(whole(5));
  });
});

describe('tables', () => {
  test('that are not there are made, and the batch is written after all', async () => {
    await server.database.query('DROP SCHEMA headrace CASCADE');
    const { deliver } = consumerOf(server.database);
    expect(await deliver([aRecord('1', events(3))])).toMatchObject({ retryFrom: null });
    expect(await stored(server.database)).toEqual(whole(3));
  });

  test('of a day that somebody has dropped are made again', async () => {
    const { deliver } = consumerOf(server.database);
    await deliver([aRecord('1', events(3))]);
    await server.database.query('DROP TABLE headrace.events_20261101');
    expect(await deliver([aRecord('1', events(3))])).toMatchObject({ retryFrom: null });
    expect((await stored(server.database)).ids).toEqual(ids(3));
  });
});
