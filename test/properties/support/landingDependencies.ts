import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { landBatch } from '../../../src/landing/landing.ts';
import type { StreamedRecord } from '../../../src/sinks/kinesisBatch.ts';
import { createFakeLedger } from '../../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../../helpers/fakes.ts';
import { lineOf } from '../../helpers/records.ts';

/** Shards, their records, and a poller that goes over them as Lambda's does, with everything that may happen to it. */

const HOURS = ['2025-11-01T05', '2026-10-31T23', '2026-11-01T04', '2026-11-01T05'];

/** What a line of a record is: an event of some hour (ids repeat), or something that is none. */
const content = fc.oneof(
  { weight: 8, arbitrary: fc.record({ hour: fc.nat(HOURS.length - 1), id: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.constantFrom('no json', '[1]', '{"event_id":"x"}', '{"refused":{}}') },
);
export type Content = { hour: number; id: number } | string;

const record = fc.record({ lines: fc.array(content, { maxLength: 4 }), open: fc.boolean() });
export const shards = fc.array(fc.array(record, { minLength: 1, maxLength: 14 }), {
  minLength: 1,
  maxLength: 3,
});
export type Shards = { lines: Content[]; open: boolean }[][];

/** One delivery: how many records, and what goes wrong with it. */
export const delivery = fc.record({
  shard: fc.nat(2),
  size: fc.integer({ min: 1, max: 8 }),
  /** the effect (put or mark) from which on the invocation is dead, and its answer lost */
  diesAt: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(8)),
  /** effects that fail, the invocation living on */
  fails: fc.oneof({ weight: 2, arbitrary: fc.constant<number[]>([]) }, fc.array(fc.nat(8), { maxLength: 2 })),
  /** an older batch comes again, as after a lost answer of the checkpoint */
  again: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
  back: fc.nat(6),
});
export type Delivery = typeof delivery extends fc.Arbitrary<infer Value> ? Value : never;

export const textOfLine = (line: Content, where: string): string =>
  typeof line === 'string'
    ? line
    : lineOf({
        event_id: `e${line.id}`,
        event_time: `${HOURS[line.hour]}:10:00.000Z`,
        received_at: '2026-11-01T06:00:00.000Z',
        properties: { where },
      });

const recordsOf = (all: Shards): StreamedRecord[][] =>
  all.map((records, shard) =>
    records.map(({ lines, open }, index) => {
      const text = lines.map((line, at) => textOfLine(line, `${shard}/${index}/${at}`)).join('\n');
      return {
        shard: `shardId-00000000000${shard}`,
        // The same numbers in every shard: keys must not lean on them alone.
        sequence: String(100 + index),
        arrived: new Date('2026-11-01T06:30:00.000Z'),
        data: Buffer.from(open || text === '' ? text : `${text}\n`),
      };
    }),
  );

export const landingDependencies = (all: Shards) => {
  const records = recordsOf(all);
  const store = createFakeStore();
  const ledger = createFakeLedger();
  const cursors = records.map(() => 0);
  const overwritten: string[] = [];
  let effect = 0;
  let now: Pick<Delivery, 'diesAt' | 'fails'> = { diesAt: undefined, fails: [] };
  const happens = (): void => {
    const at = effect++;
    if (at >= (now.diesAt ?? Number.POSITIVE_INFINITY)) throw new Error('the process is gone');
    if (now.fails.includes(at)) throw new Error('SlowDown');
  };
  const watched = {
    ...store,
    async put(key: string, body: Uint8Array, type: string): Promise<void> {
      happens();
      const before = store.objects.get(key)?.body;
      if (before !== undefined && !before.equals(body)) overwritten.push(key);
      await store.put(key, body, type);
    },
  };
  const marking = {
    ...ledger.partitionStates,
    async markStale(partition: string, at: Date): Promise<void> {
      happens();
      await ledger.partitionStates.markStale(partition, at);
    },
  };
  const land = (batch: StreamedRecord[]) =>
    landBatch(batch, { store: watched, partitionStates: marking, clock: fixedClock() });

  return {
    records,
    cursors,
    store,
    ledger,
    overwritten,
    land,
    async deliver(how: Delivery): Promise<void> {
      const shard = how.shard % records.length;
      const cursor = cursors[shard]!;
      const start = how.again ? Math.max(0, cursor - how.back) : cursor;
      const batch = records[shard]!.slice(start, start + how.size);
      effect = 0;
      now = how;
      const { retryFrom } = await land(batch);
      // Of an invocation that died nobody hears; one that came again moves nothing.
      if ((how.diesAt ?? 99) < effect || how.again) return;
      const next = batch.findIndex(({ sequence }) => sequence === retryFrom);
      cursors[shard] = start + (next === -1 ? batch.length : next);
    },
    calm() {
      now = { diesAt: undefined, fails: [] };
    },
    /** Every line of raw/ or quarantine/, with its object's key. */
    stored(prefix: string): { key: string; text: string }[] {
      return [...store.objects].flatMap(([key, { body }]) =>
        key.startsWith(prefix)
          ? gunzipSync(body)
              .toString('utf8')
              .split('\n')
              .slice(0, -1)
              .map((text) => ({ key, text }))
          : [],
      );
    },
  };
};
