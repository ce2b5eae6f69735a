import '../helpers/someWindow.ts';
import { expect, test } from '@jest/globals';
import { reportInput } from '../helpers/reportInput.ts';
import { eachDependencies, HOUR, MINUTE } from './support/dependencies.ts';
import { speaking } from './support/spoken.ts';

/** The function that ends a run, given what the warnings of the run came to; its own lines feed the alarms. */

const dependencies = eachDependencies();
const report = speaking(dependencies, 'ReportLambdaFunction', () => import('../../functions/report.ts'));

const row = (...values: string[]) => ({ Data: values.map((VarCharValue) => ({ VarCharValue })) });

const reported = async (execution: string, warnings: object[], failure?: object): Promise<void> => {
  const sweep = { output: { removed: 0, crawl: { pending: false, wanted: 0 } }, failure };
  await report(reportInput(execution, { warnings, sweep }));
  await dependencies.pass(MINUTE);
};

const header = row('source', 'ids');

test('etl-warnings rings when a run finds ids in two hours, and stays up while the runs of three hours do', async () => {
  await reported('run-1', [{ name: 'eventIdInTwoHours', rows: [header, row('web', '2')] }]);
  expect(await dependencies.told()).toEqual(['etl-warnings']);
  await dependencies.pass(HOUR);
  await reported('run-2', [{ name: 'eventIdInTwoHours', rows: [header] }]);
  expect(await dependencies.told()).toEqual([]);
});

test('etl-warnings rings when a warning could not be looked for', async () => {
  const error = { Error: 'States.TaskFailed', Cause: 'COLUMN_NOT_FOUND' };
  await reported('run-1', [{ name: 'eventIdInTwoHours', error }]);
  expect(await dependencies.told()).toEqual(['etl-warnings']);
});

test.each([
  ['the crawler ends without success', 'CrawlFailed'],
  ['the crawler does not end', 'CrawlTimedOut'],
  ['the crawler cannot be started', 'Glue.AccessDeniedException'],
])('crawl-failed rings, and nothing else, when %s', async (_, name) => {
  await reported('run-1', [], { Error: name, Cause: 'The crawler headrace-prod-raw' });
  expect(await dependencies.told()).toEqual(['crawl-failed']);
});

test('a run whose warnings find nothing rings nothing', async () => {
  await reported('run-1', [{ name: 'eventIdInTwoHours', rows: [header] }]);
  expect(await dependencies.told()).toEqual([]);
});
