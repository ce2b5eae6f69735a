import { describe, expect, test } from '@jest/globals';
import { landBatch } from '../../src/landing/landing.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';
import { aRecord, lineOf } from '../helpers/records.ts';

const { effects, store, ledger, clock } = eachFakePorts();

const land = (records: Parameters<typeof landBatch>[0]) => landBatch(records, { store, ...ledger, clock });

const at = (hour: string, more: Record<string, unknown> = {}) =>
  lineOf({ event_time: `${hour}:10:00.000Z`, received_at: '2026-11-01T06:00:00.000Z', ...more });

const rawKey = (dt: string, hr: string, name: string) =>
  `raw/dt=${dt}/hr=${hr}/shardId-000000000003-${name}.ndjson.gz`;
const quarantineKey = (dt: string, hr: string, name: string) =>
  rawKey(dt, hr, name).replace('raw/', 'quarantine/');

describe('a batch', () => {
  test('is put hour by hour, then its hours are marked stale, and only then it is acknowledged', async () => {
    const landing = await land([
      aRecord('100', [at('2026-11-01T05'), at('2026-10-31T23')]),
      aRecord('101', ['{"cut', at('2026-11-01T05')]),
    ]);

    expect(effects.list).toEqual([
      `put ${rawKey('2026-10-31', '23', '100-n1')}`,
      `put ${rawKey('2026-11-01', '05', '100-n2')}`,
      'markStale 2026-10-31T23',
      'markStale 2026-11-01T05',
      `put ${quarantineKey('2026-11-01', '06', '100-n1')}`,
    ]);
    expect(landing).toEqual({
      batch: 'shardId-000000000003-100',
      keys: [
        rawKey('2026-10-31', '23', '100-n1'),
        rawKey('2026-11-01', '05', '100-n2'),
        quarantineKey('2026-11-01', '06', '100-n1'),
      ],
      lines: 4,
      rawRows: 3,
      quarantined: 1,
      objects: 3,
      partitions: ['2026-10-31T23', '2026-11-01T05'],
      failures: [],
      retryFrom: null,
    });
  });

  test('delivered again overwrites its own objects with the same bytes', async () => {
    const batch = () => [
      aRecord('100', [at('2026-11-01T05'), at('2026-11-01T04')]),
      aRecord('101', [at('2026-11-01T05', { event_id: 'e2' }), 'no json']),
    ];
    await land(batch());
    const first = new Map([...store.objects].map(([key, { body }]) => [key, body.toString('hex')]));
    clock.advance(90_000);
    await land(batch());

    expect(new Map([...store.objects].map(([key, { body }]) => [key, body.toString('hex')]))).toEqual(first);
    expect(first.size).toBe(3);
  });

  test('keeps every byte of context and properties: digits beyond 2^53, spacing, escapes, key order', async () => {
    const odd = at('2026-11-01T05')
      .replace('"properties":{', '"properties": { "id":9007199254740993, "tiny":1e-400,"u":"\\u00e9 é", ')
      .replace('"context":{}', '"context" : {"b":1.0,"a":2}');
    await land([aRecord('100', [at('2026-11-01T05'), odd, at('2026-11-01T05')])]);

    expect(store.text(rawKey('2026-11-01', '05', '100-n3'))).toBe(
      // Between them a line has one form, that of the collector.
      `${at('2026-11-01T05')}\n${odd.replace('"context" :', '"context":').replace('"properties": ', '"properties":').replace(' {"b"', '{"b"')}\n${at('2026-11-01T05')}\n`,
    );
  });

  test('keeps the order of the stream within an hour, also when hours alternate', async () => {
    const line = (id: number, hour: string) => at(hour, { event_id: `e${id}` });
    const [five, six] = ['2026-11-01T05', '2026-11-01T06'];
    await land([
      aRecord('100', [line(1, five), line(2, six), line(3, five), line(4, five)]),
      aRecord('101', [line(5, six), line(6, five)]),
    ]);

    const ids = (key: string) => [...store.text(key).matchAll(/"event_id":"(e\d)"/g)].map(([, id]) => id);
    expect(ids(rawKey('2026-11-01', '05', '100-n4'))).toEqual(['e1', 'e3', 'e4', 'e6']);
    expect(ids(rawKey('2026-11-01', '06', '100-n2'))).toEqual(['e2', 'e5']);
  });

  test('a record whose last line has no newline does not run into the next record', async () => {
    const open = aRecord('100', Buffer.from(at('2026-11-01T05')));
    await land([open, aRecord('101', [at('2026-11-01T05', { event_id: 'e2' })])]);

    expect(store.text(rawKey('2026-11-01', '05', '100-n2')).split('\n')).toHaveLength(3);
  });

  test('blank lines carry nothing and are counted nowhere', async () => {
    const landing = await land([aRecord('100', ['', at('2026-11-01T05'), ' \r', at('2026-11-01T05')])]);

    expect(landing).toMatchObject({ lines: 2, rawRows: 2, quarantined: 0 });
    expect(store.text(rawKey('2026-11-01', '05', '100-n2')).split('\n')).toHaveLength(3);
  });

  test('without records does nothing', async () => {
    expect(await land([])).toMatchObject({ lines: 0, objects: 0, retryFrom: null });
    expect(effects.list).toEqual([]);
  });
});

describe('when something fails', () => {
  const batch = () => [
    aRecord('100', [at('2026-11-01T03')]),
    aRecord('101', [at('2026-11-01T04')]),
    aRecord('102', [at('2026-11-01T05'), at('2026-11-01T04')]),
    aRecord('103', [at('2026-11-01T05'), 'no json']),
  ];

  test('an object that cannot be put: the batch is repeated from its first line, the other hours are stored and marked', async () => {
    effects.failOn(/put raw.*hr=05/, new Error('SlowDown'));

    const landing = await land(batch());

    expect(landing).toMatchObject({ retryFrom: '102', rawRows: 3, quarantined: 1, lines: 6 });
    expect(landing.partitions).toEqual(['2026-11-01T03', '2026-11-01T04']);
    expect(landing.failures).toEqual([
      { what: `put ${rawKey('2026-11-01', '05', '100-n2')}`, error: new Error('SlowDown') },
    ]);
    expect(effects.list.filter((effect) => effect.includes('markStale'))).toEqual([
      'markStale 2026-11-01T03',
      'markStale 2026-11-01T04',
    ]);
  });

  test('a mark that fails: the batch is repeated from the first line of that hour although its object is stored', async () => {
    effects.failOn(/markStale 2026-11-01T04/, new Error('throttled'));

    expect(await land(batch())).toMatchObject({ retryFrom: '101', rawRows: 3, objects: 4 });
  });

  test('a quarantine object that cannot be put holds the batch back as a raw one does', async () => {
    effects.failOn(/put quarantine/, new Error('SlowDown'));

    expect(await land(batch())).toMatchObject({ retryFrom: '103', rawRows: 5, quarantined: 0 });
  });

  test('several failures: the batch is repeated from the lowest of their sequences', async () => {
    effects.failOn(/hr=05/, new Error('SlowDown'));
    effects.failOn(/markStale 2026-11-01T03/, new Error('throttled'));

    expect(await land(batch())).toMatchObject({ retryFrom: '100' });
  });

  test('what is repeated from there completes what was missing', async () => {
    effects.failOn(/put raw.*hr=05/, new Error('SlowDown'), 1);
    await land(batch());
    await land(batch().slice(2));

    expect(store.keys().filter((key) => key.startsWith('raw/'))).toEqual([
      rawKey('2026-11-01', '03', '100-n1'),
      rawKey('2026-11-01', '04', '100-n2'),
      // Delivered twice: the build takes the duplicate out.
      rawKey('2026-11-01', '04', '102-n1'),
      rawKey('2026-11-01', '05', '102-n2'),
    ]);
  });
});
