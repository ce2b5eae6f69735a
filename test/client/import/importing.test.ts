import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { estimate } from '../../../client/import/estimate.ts';
import { type Import, importFiles } from '../../../client/import/importing.ts';
import { lakeLines } from '../../../client/import/lines.ts';
import { readRecord, writeRecord } from '../../../client/import/record.ts';
import { undoImport } from '../../../client/import/undoing.ts';
import type { Item } from '../../../client/input/item.ts';
import { eventMapper } from '../../../client/mapping/mapEvent.ts';
import { idMaker } from '../../../client/mapping/occurrences.ts';
import { kindOfKey, partitionOfKey, RAW, rowsOfKey } from '../../../src/lake/layout.ts';
import { createFakeLedger } from '../../helpers/fakes/ledger.ts';
import { createFakeStore, type FakeStore, fixedClock } from '../../helpers/fakes.ts';

const ID = '3f2a9c01d2e4';
const mapping = { id: 'id', name: 'kind', time: { field: 'at' } };

const event = (n: number): Item => ({
  line: n,
  text: `{"id":${9007199254740993n + BigInt(n)},"kind":"visit","at":"2025-0${1 + (n % 3)}-01T0${n % 7}:00:00Z"}`,
});

/** 40 events in 21 hours, in no order, one of them without a time, and one line that cannot be read. */
const items: Item[] = [
  ...Array.from({ length: 40 }, (_, n) => event(n)),
  { line: 41, text: '{"id":1,"kind":"visit"}' },
  { line: 42, text: 'caf\u00e9', flaw: { reason: 'invalid_unicode', detail: 'the text is not UTF-8' } },
];

/** Small enough that every step is taken several times. */
const limits = { part: 6_000, step: { bytes: 2_000, objects: 5 }, spill: { buffer: 1_500, portion: 700 } };

const wanted: Import = {
  id: ID,
  source: 'history',
  files: [{ name: 'visits.ndjson', bytes: 1, identity: 'x' }],
  mapping,
  async *read() {
    for (let at = 0; at < items.length; at += 6)
      yield { file: 'visits.ndjson', items: items.slice(at, at + 6) };
  },
  makerOf: (receivedAt) => ({ id: ID, source: 'history', receivedAt, map: eventMapper(mapping, idMaker()) }),
};

const lake = () => {
  const clock = fixedClock();
  const store = createFakeStore({ clock });
  return { clock, store, ...createFakeLedger({ now: clock.now }) };
};

type Lake = ReturnType<typeof lake>;

const rowsIn = (store: FakeStore, kind: string): string[] =>
  store
    .keys()
    .filter((key) => kindOfKey(key) === kind)
    .flatMap((key) => store.text(key).trimEnd().split('\n'));

const objects = (store: FakeStore): string[] =>
  store.keys().filter((key) => ['raw/', 'quarantine/'].includes(kindOfKey(key) ?? ''));

/** Of all that a reader of the lake can see, the bytes of gzip included. */
const digest = ({ store, partitionStates }: Lake): string => {
  const seen = objects(store).map((key) => [key, store.objects.get(key)?.body.toString('base64')]);
  const stale = [...partitionStates.rows.values()]
    .filter((row) => row.stale)
    .map(({ partition }) => partition);
  return createHash('sha256')
    .update(JSON.stringify([seen, stale.sort()]))
    .digest('hex');
};

describe('an import', () => {
  test('writes each event once, in its hour, and what is none into quarantine with its line', async () => {
    const one = lake();
    const record = await importFiles(wanted, one, {}, limits);
    expect(record).toMatchObject({
      state: 'done',
      events: 40,
      rejected: 2,
      hours: 21,
      from: '2025-01-01T00',
      to: '2025-03-01T06',
    });
    const events = rowsIn(one.store, RAW).map((line) => JSON.parse(line));
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(40);
    expect(events.map(({ event_id }) => BigInt(event_id)).sort()).toEqual(
      items.slice(0, 40).map((_, n) => 9007199254740993n + BigInt(n)),
    );
    for (const key of objects(one.store))
      expect(
        gunzipSync(one.store.objects.get(key)?.body ?? '')
          .toString()
          .trimEnd()
          .split('\n'),
      ).toHaveLength(rowsOfKey(key) ?? -1);
    expect(rowsIn(one.store, 'quarantine/').map((line) => JSON.parse(line))).toMatchObject([
      {
        reason: 'invalid_event_time',
        detail: expect.stringContaining('(line 41 of visits.ndjson)'),
        source: 'history',
      },
      { reason: 'invalid_unicode', detail: expect.stringContaining('(line 42 of visits.ndjson)') },
    ]);
  });

  test.each([
    [
      { event_name: 'a', event_time: '2024-05-01T10:00:00Z', sent_at: '2024-05-01T10:01:00Z' },
      '2024-05-01T10',
    ],
    [{ event_name: 'a', event_time: null }, undefined],
    [{ event_name: 'a' }, undefined],
  ])('neither moves a time by sent_at nor gives its own: %j', (sent, hour) => {
    const maker = { id: ID, source: 'history', receivedAt: new Date('2026-11-01T00:00:00Z'), map: String };
    const [line] = lakeLines(maker, 'a', [{ line: 1, text: JSON.stringify({ event_id: '1', ...sent }) }]);
    if (hour !== undefined) expect(line).toMatchObject({ kind: 'raw', partition: hour });
    else
      expect(JSON.parse(String(line?.bytes))).toMatchObject({
        reason: 'invalid_event_time',
        detail: expect.stringContaining('the event has no time'),
      });
  });

  test('that somebody takes back while it runs does not note itself as running again', async () => {
    const one = lake();
    const partitionStates = Object.assign(Object.create(one.partitionStates), {
      markStale: async (...given: Parameters<typeof one.partitionStates.markStale>) => {
        const record = await readRecord(one.store, ID);
        if (record !== undefined) await writeRecord(one.store, { ...record, state: 'undoing' });
        await one.partitionStates.markStale(...given);
      },
    });
    await expect(importFiles(wanted, { ...one, partitionStates }, {}, limits)).rejects.toThrow(
      'being taken back',
    );
    expect((await readRecord(one.store, ID))?.state).toBe('undoing');
  });

  test('marks exactly the hours of its events stale', async () => {
    const one = lake();
    await importFiles(wanted, one, {}, limits);
    const hours = new Set(
      one.store
        .keys()
        .filter((key) => kindOfKey(key) === RAW)
        .map(partitionOfKey),
    );
    expect(new Set([...one.partitionStates.rows.keys()])).toEqual(hours);
  });

  test('that is repeated when it is done does nothing', async () => {
    const one = lake();
    const first = await importFiles(wanted, one, {}, limits);
    const effects = one.store.effects.list.length;
    one.clock.advance(60_000);
    expect(await importFiles(wanted, one, {}, limits)).toEqual(first);
    expect(one.store.effects.list.length).toBe(effects);
  });

  test('that dies at any call, and is repeated, leaves what one that did not die leaves', async () => {
    const whole = lake();
    await importFiles(wanted, whole, {}, limits);
    const calls = whole.store.effects.list.length + [...whole.partitionStates.rows.values()].length;
    let deaths = 0;
    for (let call = 1; call <= calls * 2; call += 1) {
      const one = lake();
      if (await survives(one, call, (ports) => importFiles(wanted, ports, {}, limits))) continue;
      deaths += 1;
      // Until the import is noted nothing is written, and a second try is a first one.
      if ((await readRecord(one.store, ID)) !== undefined) one.clock.advance(3_600_000);
      await importFiles(wanted, one, {}, limits);
      expect(digest(one)).toBe(digest(whole));
    }
    expect(deaths).toBeGreaterThan(30);
  }, 180_000);

  test('whose input is cut otherwise by another version is not mixed with it', async () => {
    const one = lake();
    await survives(one, 30, (ports) => importFiles(wanted, ports, {}, limits));
    await expect(importFiles(wanted, one, {}, { ...limits, part: 3_000 })).rejects.toThrow('another version');
  });
});

/** Runs work with ports of which the call of that number, and all after it, fail: the process is gone. */
const survives = async (
  one: Lake,
  last: number,
  work: (ports: Lake) => Promise<unknown>,
): Promise<boolean> => {
  let calls = 0;
  const dying = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          calls += 1;
          if (calls >= last) throw new Error('the process is gone');
          return value.apply(target, given);
        };
      },
    });
  const ports = { ...one, store: dying(one.store), partitionStates: dying(one.partitionStates) };
  return work(ports).then(
    () => true,
    () => false,
  );
};

describe('an import that is taken back', () => {
  const others = (one: Lake): void => {
    one.store.seed('raw/dt=2025-01-01/hr=00/shardId-000000000000-1-n1.ndjson.gz', '{"other":1}\n');
    one.store.seed('quarantine/dt=2026-11-01/hr=12/shardId-000000000000-1-n1.ndjson.gz', '{"other":1}\n');
    one.partitionStates.land('2025-01-01T00');
  };

  test('leaves every object that is not its own, and its hours stale', async () => {
    const one = lake();
    others(one);
    await importFiles(wanted, one, {}, limits);
    const undone = await undoImport(ID, one);
    expect(undone.state).toBe('undone');
    expect(objects(one.store)).toEqual([
      'quarantine/dt=2026-11-01/hr=12/shardId-000000000000-1-n1.ndjson.gz',
      'raw/dt=2025-01-01/hr=00/shardId-000000000000-1-n1.ndjson.gz',
    ]);
    expect(one.partitionStates.rows.get('2025-01-01T00')?.stale).toBe(true);
  });

  test('leaves hours that nobody has built, and that hold nothing else, as if it had never been', async () => {
    const one = lake();
    await importFiles(wanted, one, {}, limits);
    await undoImport(ID, one);
    expect((await one.partitionStates.stale(100)).partitions).toEqual([]);
  });

  test('tells the builds how many rows are gone on purpose', async () => {
    const one = lake();
    await importFiles(wanted, one, {}, limits);
    const rows = one.store
      .keys()
      .filter((key) => partitionOfKey(key) === '2025-01-01T00' && kindOfKey(key) === RAW);
    await undoImport(ID, one);
    const expected = rows.reduce((sum, key) => sum + (rowsOfKey(key) ?? 0), 0);
    expect((await one.partitionStates.entry('2025-01-01T00'))?.withdrawn).toBe(expected);
  });

  test('is taken back whole wherever the first try died, in the middle of an import too', async () => {
    for (let call = 1; call < 120; call += 7) {
      const one = lake();
      others(one);
      await survives(one, call, (ports) => importFiles(wanted, ports, {}, limits));
      if ((await readRecord(one.store, ID)) === undefined) continue;
      for (let death = 1; death < 20; death += 3)
        await survives(one, death, (ports) => undoImport(ID, ports));
      await undoImport(ID, one);
      expect(objects(one.store)).toHaveLength(2);
    }
  });

  test('is told with its objects and hours, after an import that was stopped too', async () => {
    const one = lake();
    const stopped = await survives(one, 9, (ports) =>
      importFiles(wanted, ports, {}, { ...limits, part: 1_000_000 }),
    );
    const undone = await undoImport(ID, one);
    expect(stopped).toBe(false);
    expect(undone).toMatchObject({ hours: 21, from: '2025-01-01T00', to: '2025-03-01T06' });
    expect(undone.objects).toBeGreaterThan(21);
  });

  test('can be imported again', async () => {
    const one = lake();
    await importFiles(wanted, one, {}, limits);
    await undoImport(ID, one);
    one.clock.advance(60_000);
    expect(await importFiles(wanted, one, {}, limits)).toMatchObject({
      state: 'done',
      events: 40,
      receivedAt: '2026-11-01T12:01:00.000Z',
    });
    expect(rowsIn(one.store, RAW)).toHaveLength(40);
  });

  test('has to be there', async () => {
    await expect(undoImport('nothing', lake())).rejects.toThrow('There is no import nothing.');
  });
});

test('an estimate from a sample without a single event has figures all the same', () => {
  const { hours, usd } = estimate({ times: [], lineBytes: 0, events: 2 });
  expect([hours, ...Object.values(usd).map(Number.isFinite)]).toEqual([0, true, true, true]);
});
