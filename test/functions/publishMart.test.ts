import { CreatePartitionCommand, GetPartitionCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { expect, test } from '@jest/globals';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { mockedGlue } from './support/glue.ts';

const glue = mockedGlue();
const dependencies = lambdaDependencies(() => import('../../functions/publishMart.ts'));

test("a mart's day is published where its file is", async () => {
  glue.on(GetPartitionCommand).rejects(Object.assign(new Error('none'), { name: 'EntityNotFoundException' }));
  glue.on(GetTableCommand).resolves({ Table: { Name: 'daily_sales', StorageDescriptor: {} } });
  glue.on(CreatePartitionCommand).resolves({});
  const location = 's3://lake/marts/daily_sales/run=run-1/';
  await dependencies.store.put('marts/daily_sales/run=run-1/dt=2026-11-01/data', Buffer.from('x'), 'x/y');

  const days = ['2026-11-01', '2026-11-02'].map((day) => ({ day, changes: 1 }));
  const input = { execution: 'run-1', mart: 'daily_sales', location, days };
  expect(await dependencies.call(input)).toEqual({ mart: 'daily_sales', days: 2, moved: 1, dropped: 0 });

  expect(glue.commandCalls(CreatePartitionCommand).map(({ args }) => args[0].input)).toMatchObject([
    {
      DatabaseName: 'headrace_test',
      TableName: 'daily_sales',
      PartitionInput: {
        Values: ['2026-11-01'],
        StorageDescriptor: { Location: `${location}dt=2026-11-01/` },
      },
    },
  ]);
  expect(dependencies.logged()).toMatchObject([{ message: 'done', mart: 'daily_sales', moved: 1 }]);
});
