import { expect, test } from '@jest/globals';
import { line, part, table } from '../../../bench/harness/report.ts';

const aim = { says: '≥ 0.5', met: ({ ratio }: { ratio: number }) => ratio >= 0.5 };
const rounds = (measured: number[], against: number[]) =>
  part({
    of: 'batches of 100',
    measured: { what: 'ours', unit: 'events/s', values: measured, peakRssBytes: [2 ** 20, 3 * 2 ** 20] },
    against: { what: 'limit', unit: 'events/s', values: against },
    aim,
  });

test('the ratio is the median of the rounds, not the ratio of the medians', () => {
  expect(rounds([10, 20, 90], [10, 40, 100])).toMatchObject({ ratio: 0.9, met: true });
});

test('a figure without a counterpart has no ratio, and its aim is judged by its median', () => {
  const found = part({
    of: 'p99',
    measured: { what: 'ours', unit: 'ms', values: [4, 6, 5] },
    aim: { says: '≤ 5 ms', met: ({ median }) => median <= 5 },
  });
  expect(found).toMatchObject({ ratio: null, against: null, met: true });
});

test('one value against many rounds counts in each of them', () => {
  expect(rounds([1, 2, 3], [4]).ratio).toBe(0.5);
});

test('the peak memory of a side is the highest of its rounds', () => {
  expect(rounds([1], [1]).measured.peakRssMb).toBe(3);
});

test('a line names its case and has the ratio and both sides of its first part', () => {
  const found = line('collector', { parts: [rounds([1], [2]), rounds([1], [4])] }, 12.4);
  expect(found).toMatchObject({ case: 'collector', ratio: 0.5, seconds: 12, skipped: [] });
  expect(found.measured.what).toBe('ours');
  expect(found.against?.what).toBe('limit');
  expect(found.parts).toHaveLength(2);
});

test('a case meets its aims only if every part that has one meets it', () => {
  expect(line('collector', { parts: [rounds([1], [2]), rounds([1], [4])] }, 1).met).toBe(false);
  expect(line('collector', { parts: [rounds([1], [2])] }, 1).met).toBe(true);
});

test('a case that has measured nothing is a failure', () => {
  expect(() => line('collector', { parts: [] }, 1)).toThrow('has measured nothing');
});

test('the table has a row for every part and marks the aims that are missed', () => {
  const rows = table([line('collector', { parts: [rounds([1], [4]), rounds([1], [2])] }, 1)]).split('\n');
  expect(rows).toHaveLength(4);
  expect(rows[2]).toContain('≥ 0.5: **no**');
  expect(rows[3]).toContain('≥ 0.5: yes');
});
