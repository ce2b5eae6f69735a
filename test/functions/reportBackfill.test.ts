import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';

const dependencies = lambdaDependencies(() => import('../../functions/reportBackfill.ts'));

test("a backfill's report is summed up of its runs' reports and stays in the lake", async () => {
  const counts = { raw: 3, curated: 2, duplicates: 1, rejected: 0 };
  const report = { status: 'SUCCEEDED', partitions: 2, counts, bytes: { rawGz: 9, parquet: 5 } };
  await dependencies.store.put('reports/b-1-a.json', Buffer.from(JSON.stringify(report)), 'application/json');
  const plan = {
    chunks: [{ name: 'b-1-a', input: { from: '2026-01-01T00', to: '2026-01-01T02' }, partitions: 2 }],
  };

  expect(await dependencies.call({ execution: 'b-1', plan, results: [{ name: 'b-1-a' }] })).toMatchObject({
    status: 'SUCCEEDED',
    partitions: 2,
    counts,
    failed: [],
  });
  const stored = JSON.parse(await text(await dependencies.store.read('reports/b-1.json')));
  expect(stored).toMatchObject({ execution: 'b-1', status: 'SUCCEEDED', plan });
});
