import { describe, expect, test } from '@jest/globals';
import { partitionOfKey, rowsOfKey } from '../../src/lake/layout.ts';
import { partitionOf } from '../../src/lake/partition.ts';
import { fc } from '../helpers/fastCheck.ts';
import {
  type Content,
  delivery,
  landingDependencies,
  type Shards,
  shards,
  textOfLine,
} from './support/landingDependencies.ts';

const isEvent = (line: Content): boolean => typeof line !== 'string';

/** Lines of records up to each shard's cursor: what the stream counts as delivered for good. */
const acknowledged = (all: Shards, cursors: readonly number[]) =>
  all.flatMap((records, shard) =>
    records
      .slice(0, cursors[shard])
      .flatMap(({ lines }, index) =>
        lines.map((line, at) => ({ line, index, text: textOfLine(line, `${shard}/${index}/${at}`) })),
      ),
  );

type Dependencies = ReturnType<typeof landingDependencies>;

const check = (all: Shards, dependencies: Dependencies): void => {
  expect(dependencies.overwritten).toEqual([]);
  const done = acknowledged(all, dependencies.cursors);
  const raw = new Set(dependencies.stored('raw/').map(({ text }) => text));
  const quarantined = dependencies.stored('quarantine/').map(({ text }) => JSON.parse(text));
  for (const { line, index, text } of done) {
    if (isEvent(line)) expect(raw).toContain(text);
    else
      expect(
        quarantined.some(
          ({ raw: held, sequence }) => held.includes(text) && sequence === String(100 + index),
        ),
      ).toBe(true);
  }
  const hours = done
    .filter(({ line }) => isEvent(line))
    .map(({ text }) => partitionOf(JSON.parse(text).event_time));
  for (const hour of hours) expect(dependencies.ledger.partitionStates.rows.get(hour)?.stale).toBe(true);
};

describe('landing, however batches are cut, repeated, broken off or killed', () => {
  test('holds every acknowledged line, marks its hour, and never puts other rows under a key', async () => {
    const deliveries = fc.array(delivery, { minLength: 5, maxLength: 25 });
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(shards, deliveries, async (all, course) => {
        const dependencies = landingDependencies(all);
        for (const one of course) {
          await dependencies.deliver(one);
          check(all, dependencies);
        }
        moved += dependencies.cursors.reduce((sum, cursor) => sum + cursor, 0);
      }),
      { numRuns: 80 },
    );
    expect(moved).toBeGreaterThan(300);
  });

  test('after it has come to its end, deduplication leaves each id of an hour once and adds none', async () => {
    await fc.assert(
      fc.asyncProperty(shards, fc.array(delivery, { maxLength: 15 }), async (all, course) => {
        const dependencies = landingDependencies(all);
        for (const one of course) await dependencies.deliver(one);
        dependencies.calm();
        for (const [shard, records] of dependencies.records.entries())
          await dependencies.land(records.slice(dependencies.cursors[shard]));
        const sent = all
          .flatMap((records) => records.flatMap(({ lines }) => lines))
          .flatMap((line) => (typeof line === 'string' ? [] : [JSON.parse(textOfLine(line, ''))]))
          .map((event) => `${partitionOf(event.event_time)} ${event.event_id}`);
        const landed = dependencies
          .stored('raw/')
          .map(({ key, text }) => `${partitionOfKey(key)} ${JSON.parse(text).event_id}`);
        expect(new Set(landed)).toEqual(new Set(sent));
      }),
      { numRuns: 80 },
    );
  });

  test('the number in a key is that of its lines, and each line lies in the folder of its own hour', async () => {
    await fc.assert(
      fc.asyncProperty(shards, async (all) => {
        const dependencies = landingDependencies(all);
        for (const records of dependencies.records) await dependencies.land(records);
        const lines = [...dependencies.stored('raw/'), ...dependencies.stored('quarantine/')];
        for (const key of dependencies.store.keys())
          expect(lines.filter((line) => line.key === key)).toHaveLength(rowsOfKey(key) ?? Number.NaN);
        for (const { key, text } of dependencies.stored('raw/'))
          expect(partitionOfKey(key)).toBe(partitionOf(JSON.parse(text).event_time));
      }),
      { numRuns: 60 },
    );
  });

  test('keys and bytes follow from the batch alone: not from the clock, nor from what landed before', async () => {
    await fc.assert(
      fc.asyncProperty(shards, fc.array(delivery, { maxLength: 6 }), async (all, course) => {
        const [fresh, used] = [landingDependencies(all), landingDependencies(all)];
        for (const one of course) await used.deliver(one);
        used.calm();
        const batch = fresh.records[0]!;
        await fresh.land(batch);
        await used.land(batch);
        for (const [key, { body }] of fresh.store.objects)
          expect(used.store.objects.get(key)?.body.equals(body)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
