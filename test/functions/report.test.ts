import { expect, test } from '@jest/globals';
import { queries } from '../../src/etl/queries.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { reportInput } from '../helpers/reportInput.ts';

const dependencies = lambdaDependencies(() => import('../../functions/report.ts'));

/** The metric of it is counted where the warning is there. */
const repeated = queries.warnings.some(({ name }) => name === 'eventIdInTwoHours');

test('a run ends with its days cleared, its report written, and its metrics', async () => {
  await dependencies.ledger.observedSchemas.note('page_view', ['a:string']);
  const input = reportInput('run-1', {
    tally: {
      counts: { raw: 2, curated: 1, duplicates: 1, rejected: 0 },
      drift: ['page_view.a:string'],
    },
    warnings: [
      {
        name: 'eventIdInTwoHours',
        rows: [
          { Data: [{ VarCharValue: 'source' }, { VarCharValue: 'ids' }] },
          { Data: [{ VarCharValue: 'web' }, { VarCharValue: '2' }] },
          { Data: [{ VarCharValue: 'app' }, { VarCharValue: '1' }] },
        ],
      },
    ],
    sweep: { output: { removed: 3, crawl: { pending: true, wanted: 1 } } },
  });

  expect(await dependencies.call(input)).toMatchObject({ status: 'SUCCEEDED', partitions: 1, removed: 3 });

  expect(await dependencies.ledger.observedSchemas.crawlWanted()).toEqual({ pending: false, wanted: 1 });
  expect((await dependencies.store.list('')).map(({ key }) => key)).toEqual(['reports/run-1.json']);
  const [line, metrics] = dependencies.logged();
  expect(line).toMatchObject({ message: 'done', status: 'SUCCEEDED' });
  expect(metrics).toMatchObject({
    PartitionsBuilt: 1,
    PartitionsFailed: 0,
    RowsCurated: 1,
    RowsDuplicate: 1,
    Warnings: 1,
    ...(repeated ? { RepeatedIds: 3 } : {}),
  });
});
