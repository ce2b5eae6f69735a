import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as layout from '../../src/lake/layout.ts';
import { keys, readingsOf } from './keys.ts';

const runs = { seed: 20261101, numRuns: 300 };

const partitions = fc
  .integer({ min: Date.parse('1970-01-01'), max: Date.parse('2999-12-31') })
  .map((ms) => new Date(ms).toISOString().slice(0, 13));
const rows = fc.integer({ min: 0, max: 1_000_000_000 });
const batches = fc
  .tuple(fc.nat(999_999_999_999), fc.bigInt({ min: 0n, max: 10n ** 56n }))
  .map(([shard, sequence]) => `shardId-${String(shard).padStart(12, '0')}-${sequence}`);
const builds = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 });
const executions = fc.string({ minLength: 1, maxLength: 60 });

describe('a key', () => {
  test.each(keys)('of $kind is spelled as the data on disk is', ({ key, written }) => {
    expect(written()).toBe(key);
  });

  test.each(keys)('of $kind is told by its readers, and those of other kinds do not know it', (one) => {
    const none = { partition: undefined, rows: undefined, batch: undefined, build: undefined };
    const day = one.reads.partition?.slice(0, 10);
    const expected = { ...none, day, import: undefined, run: undefined, execution: undefined, ...one.reads };
    expect(readingsOf(one.key)).toEqual(expected);
  });

  test('of a raw object gives back what it was made of', () => {
    fc.assert(
      fc.property(partitions, batches, rows, (partition, batch, count) => {
        for (const key of [
          layout.rawKey(partition, batch, count),
          layout.quarantineKey(partition, batch, count),
        ])
          expect(readingsOf(key)).toMatchObject({ partition, batch, rows: count, build: undefined });
        const other = readingsOf(layout.quarantineKey(partition, batch, count, 'postgres'));
        expect(other).toMatchObject({ partition, rows: count, batch: undefined, build: undefined });
      }),
      runs,
    );
  });

  test('of a build gives back what it was made of', () => {
    fc.assert(
      fc.property(partitions, builds, rows, (partition, build, count) => {
        const { built, shown } = layout.rejectedKeys(partition, build, count);
        for (const key of [built, shown, layout.parquetKey(partition, build, 'events-11', count)])
          expect(readingsOf(key)).toMatchObject({ partition, build, rows: count, batch: undefined });
        for (const key of [layout.buildInputsKey(partition, build), layout.buildFolder(partition, build)])
          expect(readingsOf(key)).toMatchObject({ partition, build, rows: undefined, batch: undefined });
        expect(layout.buildOfKey(`s3://lake/${layout.buildFolder(partition, build)}`)).toBe(build);
        expect(shown.startsWith(layout.rejectedByBuilds(partition))).toBe(true);
      }),
      runs,
    );
  });

  test('of a mart gives back its day and its run, whatever the execution is called', () => {
    fc.assert(
      fc.property(partitions, executions, (partition, execution) => {
        const day = partition.slice(0, 10);
        const folder = layout.martRunFolder('daily_sales', execution);
        const key = `${folder}${layout.dayFolder(day)}part_1`;
        expect(readingsOf(key)).toMatchObject({ folder: 'marts/', day, partition: undefined });
        const run = layout.martRunOfKey(key) ?? '';
        expect(key.startsWith(layout.martDayFolder('daily_sales', run, day))).toBe(true);
        expect(layout.martRunOfKey(`s3://lake/${folder}`)).toBe(run);
      }),
      runs,
    );
  });

  test('of a run is its own: no two names of executions share one', () => {
    const keysOf = (execution: string) => [
      layout.reportKey(execution),
      layout.martRunFolder('daily_sales', execution),
    ];
    fc.assert(
      fc.property(executions, executions, (one, other) => {
        fc.pre(one !== other);
        expect(keysOf(one)).not.toEqual(keysOf(other));
        for (const key of keysOf(one)) expect(key).toMatch(/^[\x21-\x7e]+$/);
      }),
      runs,
    );
    // The last two are one letter, composed and not.
    const names = [
      '수동실행',
      '야간실행',
      '----',
      '-~-',
      'a b',
      'a-b',
      '夜間実行',
      'né',
      'ne\u0301',
      'é',
      'e\u0301',
    ];
    expect(new Set(names.map(layout.reportKey)).size).toBe(names.length);
    expect(layout.reportKey('cli-20261130T141628603Z-23615')).toBe(
      'reports/cli-20261130T141628603Z-23615.json',
    );
  });

  test('that nobody wrote is told by no reader, and none throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'rawevnts/=-.0159'), maxLength: 40 }), (text) => {
        const { partition, batch, build } = readingsOf(text);
        expect([partition, batch, build]).toEqual([undefined, undefined, undefined]);
      }),
      runs,
    );
  });

  test.each([
    [
      'an object that somebody put by hand',
      'raw/dt=2026-11-01/hr=05/mine.json.gz',
      { partition: '2026-11-01T05' },
    ],
    ['a Parquet file among raw objects', 'raw/dt=2026-11-01/hr=05/a-n5.parquet', { rows: undefined }],
    ['a day that does not exist', 'raw/dt=2026-02-30/hr=05/s-1-n5.ndjson.gz', { partition: undefined }],
    ['an hour that does not exist', 'raw/dt=2026-02-20/hr=24/s-1-n5.ndjson.gz', { partition: undefined }],
    ['a folder of a day', 'raw/dt=2026-11-01/', { day: '2026-11-01', partition: undefined }],
    ['a folder of an hour', 'raw/dt=2026-11-01/hr=05/', { day: '2026-11-01', partition: '2026-11-01T05' }],
  ])('of %s says no more than it knows', (_what, key, known) => {
    expect(readingsOf(key)).toMatchObject(known);
  });
});
