import { expect, test } from '@jest/globals';
import { countedOf, expectedOf, missingIn } from '../../bench/chaos/windows.ts';
import type { PartRow } from '../../client/windows/parts.ts';
import { aRecord, lineOf } from '../helpers/records.ts';

const MINUTE = Date.parse('2026-11-01T05:10:00.000Z');

const record = (shard: string, second: number, lines: string[]) => ({
  ...aRecord(String(second), lines),
  ...{ shard, arrived: new Date(MINUTE + second * 1_000) },
});

const part = (shard: string, minute: number, events: number, more: Partial<PartRow> = {}): PartRow => ({
  ...{ window: 'all', start: new Date(MINUTE + minute * 60_000), group: {}, shard, first: '1', last: '9' },
  measures: { events, rejected: 0 },
  ...more,
});

const expected = expectedOf(
  [
    record('a', 1, [lineOf(), lineOf()]),
    record('a', 59, [lineOf()]),
    record('a', 60, [lineOf()]),
    record('b', 2, [lineOf(), '{"cut']),
  ],
  60,
);
const rejected = part('b', 0, 1, { measures: { events: 1, rejected: 1 } });

test('windows that have all of the stream lack nothing, whatever they counted twice', () => {
  expect(missingIn(countedOf([part('a', 0, 3), part('a', 1, 1), rejected]), expected)).toBe(0);
  expect(missingIn(countedOf([part('a', 0, 5), part('a', 1, 1), rejected]), expected)).toBe(0);
});

test.each([
  ['one in another minute', [part('a', 0, 4), part('a', 1, 0), rejected], 1],
  [
    'one in another shard',
    [part('a', 0, 2), part('a', 1, 1), { ...rejected, measures: { events: 9, rejected: 1 } }],
    1,
  ],
  ['a part', [part('a', 0, 3), rejected], 1],
  ['a rejected line', [part('a', 0, 3), part('a', 1, 1), part('b', 0, 1)], 1],
])('what they counted twice does not make up for %s', (_what, rows, missing) => {
  expect(missingIn(countedOf(rows), expected)).toBe(missing);
});
