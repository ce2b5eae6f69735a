import '../helpers/shop.ts';
import { afterAll, describe, expect, test } from '@jest/globals';
import { line } from '../helpers/rawLines.ts';
import { nowLake } from './support/nowLake.ts';

type Lake = Awaited<ReturnType<typeof nowLake>>;
const lakes: Promise<Lake>[] = [];
const newLake = (...args: Parameters<typeof nowLake>): Promise<Lake> => {
  const lake = nowLake(...args);
  lakes.push(lake);
  return lake;
};
afterAll(async () => {
  for (const lake of lakes) await (await lake).close();
});

const HOUR = '2026-11-20T05';
const event = (id: string, fields: Record<string, unknown> = {}, hour = HOUR): string =>
  line({ event_id: id, event_time: `${hour}:10:00.000Z`, received_at: `${hour}:10:00.100Z`, ...fields });

const order = (id: string): string =>
  event(id, {
    event_name: 'order_completed',
    context: '{"a":{"b":[1,{"properties":{"c":"}"}}]},"properties":{"d":1.50}}',
    properties:
      '{"order_id":"1","revenue":59.90,"x":1.50,"properties":{"y":{}},"schema_version":"7","products":[{"product_id":7,"price":"1.50"},4]}',
  });

describe('events_now', () => {
  test('has of an hour without a build what its build will have, value for value', async () => {
    const lake = await newLake();
    const emoji = '\u{1f600}'.repeat(256);
    const lines = [
      order('a'),
      order('b'),
      event('twice', { received_at: `${HOUR}:30:00.000Z`, properties: '{"n":2}' }),
      event('twice', { received_at: `${HOUR}:20:00.000Z`, properties: '{"n":3}' }),
      event('twice', { received_at: `${HOUR}:20:00.000Z`, properties: '{"n":10}' }),
      event('twice', { source: 'app' }),
      event('it"s \\ ok \u0001 é', {
        user_id: '',
        session_id: '\u0000\n',
        properties: '{"a":"\\u0000\\ud83d\\ude00 \\\\ud83d"}',
      }),
      event(emoji, { event_name: 'page_view', properties: '{"url":"https://a","title":1}' }),
      // What follows is not an event of this hour to a build either.
      event(`${emoji}!`),
      event(''),
      event('lone', { properties: '{"a":"\\ud83d"}' }),
      event('other hour', { event_time: '2026-11-20T06:00:00.000Z' }),
      event('no time', { received_at: '2026-13-01T00:00:00.000Z' }),
      event('not json', { properties: '{"a":01}' }),
      event('a list', { properties: '[]' }),
      event('two', { properties: '{},"more":{}' }),
      event('closed', { context: '{}],[{}' }),
      '{"event_id":"short"}',
      'no JSON at all',
      '',
    ];
    lake.land(HOUR, 'x', lines);
    const columns = 'SELECT * FROM events_now ORDER BY source, event_id';
    const [names = [], ...speed] = await lake.rows(columns);
    await lake.build(HOUR, 'one', lines);
    await lake.publish(HOUR, 'one');
    const [, ...batch] = await lake.rows(columns);
    const [, ...events] = await lake.rows('SELECT * FROM events ORDER BY source, event_id');
    expect(names.slice(-3)).toEqual(['dt', 'hr', 'layer']);
    expect(speed.map((row) => row.slice(0, -1))).toEqual(events);
    expect(batch.map((row) => row.slice(0, -1))).toEqual(events);
    expect([...new Set([...speed, ...batch].map((row) => row.at(-1)))]).toEqual(['speed', 'batch']);
    expect(speed).toHaveLength(6);
  });

  test('has each event once an hour, out of the build where that has it', async () => {
    const lake = await newLake();
    lake.land(HOUR, 'one', [event('a'), event('b')]);
    expect(await lake.ids()).toEqual(['a speed', 'b speed']);
    await lake.build(HOUR, 'one', [event('a'), event('b')]);
    // A build that nobody has published, as a run that broke off leaves it.
    expect(await lake.ids()).toEqual(['a speed', 'b speed']);
    await lake.publish(HOUR, 'one');
    expect(await lake.ids()).toEqual(['a batch', 'b batch']);
    // Late: an id that was built and comes again, one of another source, a new one, and one of another hour.
    lake.land(HOUR, 'two', [event('a'), event('a', { source: 'app' }), event('c')]);
    lake.land('2026-11-20T06', 'two', [event('a', {}, '2026-11-20T06')]);
    expect(await lake.ids()).toEqual(['a batch', 'a speed', 'a speed', 'b batch', 'c speed']);
    expect(await lake.ids("WHERE dt = '2026-11-20' AND hr = '06'")).toEqual(['a speed']);
  });

  test('of an hour that is built again, forced, has the same events all the while', async () => {
    const lake = await newLake();
    const lines = [event('a'), event('a'), event('b')];
    lake.land(HOUR, 'one', lines);
    await lake.build(HOUR, 'one', lines);
    await lake.publish(HOUR, 'one');
    const before = ['a batch', 'b batch'];
    expect(await lake.ids()).toEqual(before);
    await lake.build(HOUR, 'forced', lines);
    expect(await lake.ids()).toEqual(before);
    // What has come since the forced run began to read is not in its build.
    lake.land(HOUR, 'two', [event('b'), event('c')]);
    await lake.publish(HOUR, 'forced');
    expect(await lake.ids()).toEqual([...before, 'c speed']);
    // Forced once more, and a build that has lost a row, by a defect say: the raw line is there for it.
    await lake.build(HOUR, 'less', [event('a'), event('c')]);
    await lake.publish(HOUR, 'less');
    expect(await lake.ids()).toEqual(['a batch', 'b speed', 'c batch']);
  });

  test('of a backfill that has come half the way has its hours each in its own state, and all events once', async () => {
    const lake = await newLake(31);
    const [done, builtOnly, notYet] = ['2026-11-19T22', '2026-11-19T23', '2026-11-20T00'];
    const [oldDone, oldNotYet] = ['2026-08-01T00', '2026-08-01T01'];
    const hours = [done, builtOnly, notYet, oldDone, oldNotYet];
    for (const hour of hours) lake.land(hour, 'import', [event('a', {}, hour), event('b', {}, hour)]);
    const byHour = async () => {
      const [, ...rows] = await lake.rows(
        `SELECT dt || 'T' || hr, array_join(array_agg(layer || ' ' || event_id ORDER BY event_id), ', ')
         FROM events_now GROUP BY 1 ORDER BY 1`,
      );
      return rows;
    };
    const speed = 'speed a, speed b';
    const batch = 'batch a, batch b';
    // Older than `nowDays`: there once its hour is published.
    const begun = [done, builtOnly, notYet].map((hour) => [hour, speed]);
    expect(await byHour()).toEqual(begun);
    for (const hour of [oldDone, done, builtOnly])
      await lake.build(hour, 'one', [event('a', {}, hour), event('b', {}, hour)]);
    expect(await byHour()).toEqual(begun);
    for (const hour of [oldDone, done]) await lake.publish(hour, 'one');
    expect(await byHour()).toEqual([
      [oldDone, batch],
      [done, batch],
      [builtOnly, speed],
      [notYet, speed],
    ]);
    await lake.publish(builtOnly, 'one');
    for (const hour of [notYet, oldNotYet]) {
      await lake.build(hour, 'one', [event('a', {}, hour), event('b', {}, hour)]);
      await lake.publish(hour, 'one');
    }
    expect(await byHour()).toEqual([...hours].sort().map((hour) => [hour, batch]));
  });

  test('fills an hour whose build has no rows', async () => {
    const lake = await newLake();
    await lake.publish(HOUR, 'empty');
    expect(await lake.ids()).toEqual([]);
    lake.land(HOUR, 'one', [event('a')]);
    expect(await lake.ids()).toEqual(['a speed']);
  });

  test('shows what was withdrawn for as long as the published build has it, and then no more', async () => {
    const lake = await newLake();
    lake.land(HOUR, 'kept', [event('a')]);
    lake.land(HOUR, 'import', [event('b')]);
    await lake.build(HOUR, 'one', [event('a')]);
    await lake.build(HOUR, 'two', [event('a'), event('b')]);
    await lake.publish(HOUR, 'one');
    expect(await lake.ids()).toEqual(['a batch', 'b speed']);
    await lake.publish(HOUR, 'two');
    lake.withdraw(HOUR, 'import');
    expect(await lake.ids()).toEqual(['a batch', 'b batch']);
    await lake.publish(HOUR, 'one');
    expect(await lake.ids()).toEqual(['a batch']);
  });

  test('reads raw lines of so many days, builds of all, and of a day only its own', async () => {
    const lake = await newLake(2);
    const old = '2026-11-01T05';
    for (const hour of [old, HOUR]) {
      lake.land(hour, 'one', [event('a', {}, hour)]);
      lake.land(hour, 'two', [event('b', {}, hour)]);
      await lake.build(hour, 'one', [event('a', {}, hour)]);
      await lake.publish(hour, 'one');
    }
    expect(await lake.ids()).toEqual(['a batch', 'a batch', 'b speed']);
    expect(await lake.ids(`WHERE dt < '2026-11-10'`)).toEqual(['a batch']);
    const scanned = async (where: string): Promise<number> => {
      const { Statistics } = await lake.run(`SELECT event_id FROM events_now ${where}`);
      return Number(Object(Statistics).DataScannedInBytes);
    };
    const [all, day, none] = [
      await scanned(''),
      await scanned(`WHERE dt = '2026-11-20'`),
      await scanned(`WHERE dt = '2026-11-19'`),
    ];
    expect(none).toBe(0);
    expect(day).toBeGreaterThan(0);
    expect(all).toBeGreaterThan(day);
    // Of a recent day raw/ is read, of an older one only the build.
    expect(await scanned(`WHERE dt = '2026-11-01'`)).toBe(all - day);
  });
});

describe('while builds are swapped', () => {
  const builds = ['none', 'one', 'two', 'three'];
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

  /** Each answer of Glue's about partitions is followed by nine other builds: the next scan of the same query sees the last. */
  const swapping = async () => {
    let swaps = 0;
    let on = false;
    const lake = await newLake(31, async (action) => {
      if (!on || !/^GetPartitions?$/.test(action)) return;
      for (let n = 0; n < 9; n += 1) {
        swaps += 1;
        await lake.publish(HOUR, builds[swaps % builds.length] ?? '');
      }
    });
    const known = ids.map((id) => event(id));
    lake.land(HOUR, 'one', [...known.slice(0, 3), ...known.slice(0, 2)]);
    lake.land(HOUR, 'two', known.slice(2));
    await lake.build(HOUR, 'one', known.slice(0, 2));
    await lake.build(HOUR, 'two', known.slice(1, 5));
    await lake.build(HOUR, 'three', known);
    await lake.publish(HOUR, 'none');
    on = true;
    return { lake, swaps: () => swaps };
  };

  test('every query has each event once', async () => {
    const { lake, swaps } = await swapping();
    const seen = new Set<string>();
    for (let query = 0; query < 20; query += 1) {
      const found = await lake.ids(query % 2 === 0 ? '' : `WHERE dt = '2026-11-20'`);
      expect(found.map((row) => row.split(' ')[0])).toEqual(ids);
      seen.add(found.filter((row) => row.endsWith('batch')).join());
    }
    expect(swaps()).toBeGreaterThan(200);
    // Not one build all along: queries have seen several.
    expect(seen.size).toBeGreaterThan(1);
  }, 120_000);

  test('a query that reads events twice loses or doubles some, which this test would see', async () => {
    const { lake } = await swapping();
    const raw = `SELECT json_extract_scalar(line, '$.event_id') AS event_id FROM raw_lines WHERE dt >= '2026-11-01'`;
    const twice = `SELECT event_id FROM events UNION ALL SELECT DISTINCT event_id FROM (${raw})
      WHERE event_id NOT IN (SELECT event_id FROM events)`;
    const wrong = new Set<string>();
    for (let query = 0; query < 8; query += 1) {
      const [, ...rows] = await lake.rows(twice);
      const found = rows.flat().sort().join();
      if (found !== ids.join()) wrong.add(found);
    }
    expect(wrong.size).toBeGreaterThan(1);
  });
});
