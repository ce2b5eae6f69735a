import '../helpers/someWindow.ts';
import { expect, test } from '@jest/globals';
import { failureKind } from '../../src/etl/failureKind.ts';
import { eachDependencies, HOUR, MINUTE } from './support/dependencies.ts';
import { speaking } from './support/spoken.ts';

/** The function that writes failures down, given what the state machine gives it; its own lines feed the alarms. */

const dependencies = eachDependencies();
const recordFailure = speaking(
  dependencies,
  'RecordFailureLambdaFunction',
  () => import('../../functions/recordFailure.ts'),
);

const failed = async (error: { Error: string; Cause: string }, partition?: string): Promise<void> => {
  await recordFailure({ execution: 'run-1', error, ...(partition ? { partition } : {}) });
  await dependencies.pass(MINUTE);
};

/** The cause of a task that ran a query: the query, as Step Functions gives it. */
const query = (State: string, StateChangeReason: string): string =>
  `Check eventIdTwice did not run: ${JSON.stringify({ QueryExecutionId: 'q-1', Query: 'SELECT 1', Status: { State, StateChangeReason } })}`;

test('partitions-failed rings when an hour could not be built', async () => {
  await failed({ Error: 'RawObjectDamaged', Cause: '{"errorMessage":"ends early"}' }, '2026-11-01T05');
  expect(await dependencies.told()).toEqual(['partitions-failed']);
});

test('checks-failed rings when a check finds rows', async () => {
  await failed({ Error: 'CheckFailed', Cause: 'Check eventIdTwice found rows' });
  expect(await dependencies.told()).toEqual(['checks-failed']);
});

test('queries-failed rings when a query of the run fails', async () => {
  await failed({ Error: 'States.TaskFailed', Cause: query('FAILED', "COLUMN_NOT_FOUND: Column 'x'") });
  expect(await dependencies.told()).toEqual(['queries-failed']);
});

test('queries-cut-off rings when a query would have scanned more than it may', async () => {
  const reason = 'Query cancelled! : Bytes scanned limit was exceeded';
  await failed({ Error: 'States.TaskFailed', Cause: query('CANCELLED', reason) });
  expect(await dependencies.told()).toEqual(['queries-cut-off']);
});

test('queries-cut-off rings when the queries of a run would have scanned more than its budget', async () => {
  await failed({ Error: 'ScanBudgetExceeded', Cause: '{"errorMessage":"up to 2000 GB"}' });
  expect(await dependencies.told()).toEqual(['queries-cut-off']);
});

test('imbalance rings when what is stored does not add up, of a run and of an hour', async () => {
  await failed({ Error: 'BalanceBroken', Cause: '{"errorMessage":"What is stored does not add up"}' });
  expect(await dependencies.told()).toEqual(['imbalance']);
  await dependencies.pass(4 * HOUR);
  await failed({ Error: 'BalanceBroken', Cause: '' }, '2026-11-01T06');
  expect((await dependencies.told()).sort()).toEqual(['imbalance', 'partitions-failed']);
});

test('a run that fails for another reason rings by its execution alone', async () => {
  await failed({ Error: 'Transient', Cause: '{"errorMessage":"The lake does not answer"}' });
  expect(await dependencies.told()).toEqual([]);
});

test.each([
  [{ Error: 'Athena.TooManyRequestsException', Cause: '' }, 'query'],
  [{ Error: 'States.Timeout', Cause: '' }, 'step'],
  [{ Error: 'States.TaskFailed', Cause: query('CANCELLED', 'Query cancelled by user') }, 'query'],
  [{ Error: 'States.DataLimitExceeded', Cause: 'too large' }, 'step'],
])('the failure %j is of the kind %s', (error, kind) => {
  expect(failureKind(error)).toBe(kind);
});
