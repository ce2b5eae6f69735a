import { describe, expect, test } from '@jest/globals';
import { reportBackfill } from '../../src/backfill/report.ts';
import { eachFakePorts } from '../helpers/fakes/ports.ts';

const { store, clock } = eachFakePorts();

const chunk = (name: string, from: string, to: string) => ({ name, input: { from, to }, partitions: 10 });
const plan = {
  chunks: [
    chunk('b-1', '2026-01-01T00', '2026-01-19T00'),
    chunk('b-2', '2026-01-19T00', '2026-02-07T00'),
    chunk('b-3', '2026-02-07T00', '2026-02-26T00'),
  ],
};

const done = (partitions: number) => ({
  status: 'SUCCEEDED',
  partitions,
  counts: { raw: 10, curated: 8, duplicates: 1, rejected: 1 },
  bytes: { rawGz: 100, parquet: 50 },
});
const left = (name: string, report: object) => store.seed(`reports/${name}.json`, JSON.stringify(report));

const report = (...results: { name: string; failed?: boolean; error?: string }[]) =>
  reportBackfill(
    {
      execution: 'backfill-1',
      plan,
      results: results.map(({ name, failed = false, error = '' }) => ({ name, failed, error })),
    },
    { store, clock },
  );

describe('the report of a backfill', () => {
  test('sums up its runs; one that found nothing left to do has no report of its own', async () => {
    left('b-1', done(10));
    left('b-2', done(7));
    const summed = await report({ name: 'b-1' }, { name: 'b-2' }, { name: 'b-3' });

    expect(summed).toMatchObject({
      status: 'SUCCEEDED',
      chunks: 3,
      partitions: 17,
      counts: { raw: 20, curated: 16, duplicates: 2, rejected: 2 },
      bytes: { rawGz: 200, parquet: 100 },
      failedCount: 0,
      cause: '',
    });
    expect(JSON.parse(store.text('reports/backfill-1.json'))).toMatchObject({ ...summed, plan });
  });

  test('names the parts that failed, why, and what to do; what they built counts', async () => {
    left('b-1', {
      ...done(9),
      status: 'PARTIAL',
      failed: [{ partition: '2026-01-01T05', error: 'RawObjectDamaged' }],
    });
    left('b-2', { status: 'FAILED', error: 'CheckFailed', cause: 'Check eventIdTwice found rows' });
    const summed = await report(
      { name: 'b-1', failed: true, error: 'States.TaskFailed' },
      { name: 'b-2', failed: true, error: 'States.TaskFailed' },
      { name: 'b-3' },
    );

    expect(summed).toMatchObject({ status: 'PARTIAL', partitions: 9, failedCount: 2 });
    expect(summed.cause).toMatch(/^2 of 3 parts failed.*Start the same backfill again/);
    expect(summed.cause).toContain(
      '2026-01-01T00 to 2026-01-19T00 (run b-1): PartitionsFailed: Not built: 2026-01-01T05 RawObjectDamaged',
    );
    expect(summed.cause).toContain('(run b-2): CheckFailed: Check eventIdTwice found rows');
  });

  test('of runs that all failed is FAILED, also of those that were stopped and left no report', async () => {
    const summed = await report({ name: 'b-1', failed: true, error: 'States.TaskFailed' });

    expect(summed.status).toBe('FAILED');
    expect(summed.cause).toMatch(
      /1 of 1 parts failed.*States.TaskFailed: It has left no report: it was stopped/,
    );
  });

  test('names five parts and counts the others; the file in the lake names all', async () => {
    const results = Array.from({ length: 400 }, (_, at) => ({ name: `b-${at}`, failed: true, error: 'X' }));
    const summed = await report(...results);

    expect(summed.failed).toHaveLength(5);
    expect(summed.cause).toMatch(/… and 395 more\.$/);
    expect(JSON.parse(store.text('reports/backfill-1.json')).failed).toHaveLength(400);
  });
});
