import '../helpers/someWindow.ts';
import { GetPartitionsCommand } from '@aws-sdk/client-glue';
import { beforeEach, expect, test } from '@jest/globals';
import { mockedGlue } from '../functions/support/glue.ts';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { eachDependencies, HOUR, MINUTE } from './support/dependencies.ts';
import { speakAs } from './support/spoken.ts';

/** The real function over a real ledger; its own lines feed the alarms. */

mockedGlue((glue) => {
  glue.on(GetPartitionsCommand).resolves({ Partitions: [] });
});
const plan = lambdaDependencies(() => import('../../functions/plan.ts'));
const dependencies = eachDependencies();

beforeEach(async () => {
  speakAs(dependencies, 'PlanLambdaFunction');
});

const planned = async (input: object): Promise<void> => {
  await plan.call({ execution: 'run-1', input });
  for (const line of plan.logged()) dependencies.logLine(JSON.stringify(line));
  await dependencies.pass(MINUTE);
};

test('a ledger in which nothing waits, or not for long, rings nothing', async () => {
  await planned({});
  await plan.ledger.partitionStates.markStale('2026-11-01T05', new Date(Date.now() - HOUR));
  await planned({});
  expect(await dependencies.told()).toEqual([]);
});

test('not-fresh rings when an hour has been waiting for its build for more than two hours', async () => {
  await plan.ledger.partitionStates.markStale('2026-11-01T06', new Date(Date.now() - 3 * HOUR));
  await planned({});
  expect(await dependencies.told()).toEqual(['not-fresh']);
});

test('a run over a range says nothing of freshness: it does not look at all that waits', async () => {
  await plan.call({ execution: 'run-2', input: { from: '2026-11-01T00', to: '2026-11-02T00' } });
  expect(plan.logged().map((line) => Object.keys(line).includes('OldestDirtySeconds'))).toEqual([false]);
});
