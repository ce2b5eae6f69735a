import { describe, expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import { landBatch } from '../../src/landing/landing.ts';
import { createFakeStream, RECEIVED_AT, send } from '../helpers/collector.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { fc } from '../helpers/fastCheck.ts';
import { buildObjects, parquetRows } from '../helpers/rawLines.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const received = Date.parse(RECEIVED_AT);
const at = (ms: number): string => new Date(received + ms).toISOString();

/** What these bodies, received a second after each other, come to in the lake: through the collector, the stream and landing. */
const lakeOf = async (...bodies: unknown[]) => {
  const stream = createFakeStream();
  for (const [index, body] of bodies.entries()) {
    const clock = fixedClock(at(index * 1_000));
    await send(native, { body }, stream, { clock });
  }
  const [store, ledger] = [createFakeStore(), createFakeLedger()];
  const records = stream.taken.map(({ data }, index) => ({
    shard: 'shardId-000000000000',
    sequence: String(100 + index),
    arrived: new Date(received + 1_000),
    data: Buffer.from(data),
  }));
  await landBatch(records, { store, ...ledger, clock: fixedClock(RECEIVED_AT) });
  const stale = (await ledger.partitionStates.stale(1_000)).partitions;
  return { store, stale, keys: store.keys() };
};

const zoomed = (more: Record<string, unknown>) => ({ event_name: 'zoomed', ...more });

describe('late', () => {
  test.each([
    ['a day', DAY, '2026-10-31T12'],
    ['a month', 31 * DAY, '2026-10-01T12'],
    ['a year', 365 * DAY, '2025-11-01T12'],
  ])(
    'an event that comes %s late lands in its own hour and makes that hour stale, and no other',
    async (_what, ms, hour) => {
      const { keys, stale } = await lakeOf(zoomed({ event_time: at(-ms) }));
      expect(keys).toEqual([
        `raw/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}/shardId-000000000000-100-n1.ndjson.gz`,
      ]);
      expect(stale).toEqual([hour]);
    },
  );

  test('events of any age land in exactly the hours in which they happened', async () => {
    const ages = fc.array(fc.integer({ min: -59 * MINUTE, max: 20 * 365 * DAY }), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(ages, async (all) => {
        const { keys, stale } = await lakeOf(all.map((age) => zoomed({ event_time: at(-age) })));
        const hours = [...new Set(all.map((age) => at(-age).slice(0, 13)))].sort();
        expect(stale).toEqual(hours);
        expect(keys.map((key) => key.replace(/^raw\/dt=(.*)\/hr=(..)\/.*$/, '$1T$2'))).toEqual(hours);
      }),
      { numRuns: 150 },
    );
  });

  test('a sender whose clock is off, but who says what it shows, has its events in the right hour', async () => {
    const off = fc.integer({ min: -400 * DAY, max: 400 * DAY });
    await fc.assert(
      fc.asyncProperty(off, fc.integer({ min: 0, max: 3 * DAY }), async (wrong, age) => {
        const event = zoomed({ event_time: at(wrong - age), sent_at: at(wrong) });
        expect((await lakeOf(event)).stale).toEqual([at(-age).slice(0, 13)]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('early', () => {
  test('a clock 50 days ahead is answered with the reason, quarantined whole, and makes no hour stale', async () => {
    const event = zoomed({ event_id: 'early', event_time: at(50 * DAY) });
    const { status, body } = await send(native, { body: event });
    expect(status).toBe(422);
    expect(body.results).toMatchObject([{ status: 422, reason: 'future_event_time' }]);

    const { store, keys, stale } = await lakeOf(event);
    expect(keys).toEqual(['quarantine/dt=2026-11-01/hr=12/shardId-000000000000-100-n1.ndjson.gz']);
    expect(JSON.parse(store.text(keys[0]!))).toMatchObject({
      reason: 'future_event_time',
      raw: JSON.stringify(event),
      source: 'shop',
      received_at: RECEIVED_AT,
    });
    expect(stale).toEqual([]);
  });

  test('the same clock is corrected where the sender says what it shows, in Segment as well', async () => {
    const [shown, happened] = [at(50 * DAY), at(50 * DAY - 5 * MINUTE)];
    const { stream } = await send(segment('track', new Map()), {
      body: { event: 'zoomed', userId: 'u', timestamp: happened, sentAt: shown },
    });
    expect(stream.events()).toMatchObject([{ event_time: at(-5 * MINUTE) }]);
  });

  test('an hour ahead is taken and a millisecond more is not, wherever the event stands in its batch', async () => {
    const around = fc.array(fc.integer({ min: 60 * MINUTE - 2, max: 60 * MINUTE + 2 }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(around, async (aheads) => {
        const { stream } = await send(native, {
          body: aheads.map((ahead) => zoomed({ event_time: at(ahead) })),
        });
        const taken = aheads.filter((ahead) => ahead <= 60 * MINUTE);
        expect(stream.events().map(({ event_time }) => event_time)).toEqual(taken.map(at));
        expect(stream.refused()).toHaveLength(aheads.length - taken.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('again', () => {
  test('a client that sends the same ids again, alone or in other batches, has each counted once, as first received', async () => {
    const first = ['a', 'b', 'c'].map((event_id) => zoomed({ event_id, event_time: at(-MINUTE), n: 1 }));
    const again = first.map((event) => ({ ...event, n: 2 }));
    const { store, keys } = await lakeOf(first, [again[2], again[0]], again[1]);
    expect(keys).toEqual(['raw/dt=2026-11-01/hr=11/shardId-000000000000-100-n6.ndjson.gz']);
    const built = await buildObjects(
      keys.map((key) => ({ key, body: store.objects.get(key)!.body })),
      '2026-11-01T11',
    );
    expect([built.curated, built.duplicates, built.rejected]).toEqual([3, 3, 0]);
    const rows = await parquetRows(
      built.parquetPath,
      "SELECT event_id, properties, strftime(received_at, '%H:%M:%S') AS received FROM $1 ORDER BY event_id",
    );
    expect(rows).toEqual(
      ['a', 'b', 'c'].map((event_id) => ({ event_id, properties: '{"n":1}', received: '12:00:00' })),
    );
  });
});
