import '../helpers/someWindow.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { virtualTimer } from 'headrace-asl/testing';
import type { FunctionSpec, LambdaRuntime, StepFunctions } from 'headrace-emulator/services';
import {
  createIntegrations,
  createStepFunctions,
  IN_MEMORY,
  meteredRuntime,
  openStore,
} from 'headrace-emulator/services';
import { eachDependencies, HOUR, MINUTE } from './support/dependencies.ts';

/** Runs of machines that bear the real ones' names, in the real interpreter. */

const dependencies = eachDependencies();
let states: StepFunctions;

beforeEach(async () => {
  const timer = virtualTimer();
  states = createStepFunctions({
    store: openStore(IN_MEMORY),
    timer,
    account: '000000000000',
    region: 'us-east-1',
    measure: dependencies.measure,
    tasks: createIntegrations({
      functions: { invoke: () => Promise.reject(new Error('nothing here calls a function')) },
      service: () => undefined,
      timer,
    }),
  });
});
afterEach(async () => {
  await states.close();
});

const context = { accessKeyId: 'test' };
const definitions = {
  fails: { StartAt: 'Broken', States: { Broken: { Type: 'Fail', Error: 'PartitionsFailed' } } },
  hangs: {
    StartAt: 'Waiting',
    TimeoutSeconds: 60,
    States: { Waiting: { Type: 'Wait', Seconds: 100, End: true } },
  },
  waits: {
    StartAt: 'Waiting',
    States: { Waiting: { Type: 'Wait', Seconds: 99_999_999, End: true } },
  },
};

const start = async (machine: 'etl' | 'backfill', what: keyof typeof definitions): Promise<string> => {
  const definition = JSON.stringify(definitions[what]);
  const stateMachineArn = states.deploy(`headrace-prod-${machine}`, definition, 'arn:aws:iam::0:role/r');
  const { executionArn } = await states.call('StartExecution', { stateMachineArn }, context);
  return String(executionArn);
};

const ran = async (machine: 'etl' | 'backfill', what: keyof typeof definitions): Promise<void> => {
  await states.ended(await start(machine, what));
  await dependencies.pass(MINUTE);
};

const aborted = async (machine: 'etl' | 'backfill'): Promise<void> => {
  const executionArn = await start(machine, 'waits');
  await states.call('StopExecution', { executionArn }, context);
  await dependencies.pass(MINUTE);
};

test('etl-failed rings when a run of the etl fails', async () => {
  await ran('etl', 'fails');
  expect(await dependencies.told()).toEqual(['etl-failed']);
});

test('etl-timed-out rings when a run of the etl exceeds its time', async () => {
  await ran('etl', 'hangs');
  expect(await dependencies.told()).toEqual(['etl-timed-out']);
});

test('etl-aborted rings when somebody stops a run of the etl', async () => {
  await aborted('etl');
  expect(await dependencies.told()).toEqual(['etl-aborted']);
});

test('backfill-failed rings when a backfill fails', async () => {
  await ran('backfill', 'fails');
  expect(await dependencies.told()).toEqual(['backfill-failed']);
});

test('backfill-timed-out rings when a backfill exceeds its time', async () => {
  await ran('backfill', 'hangs');
  expect(await dependencies.told()).toEqual(['backfill-timed-out']);
});

test('backfill-aborted rings when somebody stops a backfill', async () => {
  await aborted('backfill');
  expect(await dependencies.told()).toEqual(['backfill-aborted']);
});

/** The emulator holds no state transition back: what Step Functions would publish is said in its place. */
const throttled = async (logicalId: string, steps: number): Promise<void> => {
  const dimensions = { StateMachineArn: dependencies.resource(logicalId).ref };
  const name = 'ExecutionThrottled';
  dependencies.measure({ namespace: 'AWS/States', name, dimensions, value: steps, unit: 'Count' });
  await dependencies.pass(30 * MINUTE);
};

test('etl-throttled rings when Step Functions holds back ten steps in a quarter of an hour, not for nine', async () => {
  await throttled('EtlStateMachine', 9);
  expect(await dependencies.told()).toEqual([]);
  await throttled('EtlStateMachine', 10);
  expect(await dependencies.told()).toEqual(['etl-throttled']);
});

test('backfill-throttled rings when Step Functions holds back ten steps of a backfill in a quarter of an hour', async () => {
  await throttled('BackfillStateMachine', 10);
  expect(await dependencies.told()).toEqual(['backfill-throttled']);
});

test('etl-silent rings when no run has succeeded for three hours, and not after two and a half', async () => {
  await dependencies.pass(2.5 * HOUR, { runs: false });
  expect(await dependencies.told()).toEqual([]);
  await dependencies.pass(HOUR, { runs: false });
  expect(await dependencies.told()).toEqual(['etl-silent']);
});

/** A function that ends by an error, as its runtime measures it. */
const failing = async (logicalId: string, errorType: string): Promise<void> => {
  const { name } = dependencies.resource(logicalId);
  const runtime = meteredRuntime<Pick<LambdaRuntime, 'invoke' | 'spec'>>(
    {
      // Of its spec only the name is asked for.
      spec: () => ({ name }) as FunctionSpec,
      invoke: async () => ({ payload: JSON.stringify({ errorType }), functionError: 'Unhandled' as const }),
    },
    dependencies.measure,
    dependencies.now,
  );
  await runtime.invoke(name, '{}');
  await dependencies.pass(MINUTE);
};

test('failure-unrecorded rings when the function that writes failures down fails itself', async () => {
  await failing('RecordFailureLambdaFunction', 'Transient');
  expect(await dependencies.told()).toEqual(['failure-unrecorded']);
});

test('reconcile-failed rings when counting everything finds a difference, and not when a run does', async () => {
  await failing('ReconcileLambdaFunction', 'BalanceBroken');
  expect(await dependencies.told()).toEqual([]);
  await failing('ReconcileAllLambdaFunction', 'BalanceBroken');
  expect(await dependencies.told()).toEqual(['reconcile-failed']);
});

test('a run that succeeds rings nothing', async () => {
  await dependencies.pass(HOUR);
  expect(await dependencies.told()).toEqual([]);
});
