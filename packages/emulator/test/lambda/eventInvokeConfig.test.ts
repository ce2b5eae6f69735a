import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { invoke } from '../../src/lambda/actions/invoke.ts';
import { asyncRetries } from '../../src/lambda/eventInvokeConfig.ts';
import { type Fixture, runtimeWith } from './fixture.ts';

const config = (properties: Record<string, string | number>) => ({
  ...{ logicalId: 'ItConfig', type: 'AWS::Lambda::EventInvokeConfig', name: 'it', ref: 'it', attributes: {} },
  ...{ properties: { FunctionName: 'it', Qualifier: '$LATEST', ...properties }, dependsOn: [] },
});

let fixture: Fixture;

beforeEach(() => {
  fixture = runtimeWith('export const handler = async () => {};');
});
afterEach(() => fixture.close());

/** Calls `it`, which always fails, asynchronously. Gives how often it was called, and the pauses between. */
const failing = async (retries: (name: string) => number) => {
  const slept: number[] = [];
  let calls = 0;
  const answer = async () => {
    calls += 1;
    return { payload: '{}', functionError: 'Unhandled' as const };
  };
  await invoke(
    {
      runtime: { ...fixture.runtime, invoke: answer },
      mappings: () => [],
      sleep: async (ms) => void slept.push(ms),
      retries,
    },
    { name: 'it', payload: '{}', type: 'Event', logType: 'None' },
  );
  // The clock does not have to move: when all promises are settled, nothing more comes.
  await new Promise((resolve) => setImmediate(resolve));
  return { calls, slept };
};

test.each([
  [0, { calls: 1, slept: [] }],
  [1, { calls: 2, slept: [60_000] }],
  ['2', { calls: 3, slept: [60_000, 120_000] }],
])(
  'MaximumRetryAttempts %s decides how often a failed asynchronous call is repeated',
  async (most, expected) => {
    expect(await failing(asyncRetries([config({ MaximumRetryAttempts: most })]))).toEqual(expected);
  },
);

test('a call is repeated twice where nothing is said of its function', () => {
  expect(asyncRetries([])('it')).toBe(2);
  expect(asyncRetries([config({})])('it')).toBe(2);
  expect(asyncRetries([config({ FunctionName: 'other', MaximumRetryAttempts: 0 })])('it')).toBe(2);
});

test('what is said of a version or an alias does not count for $LATEST', () => {
  expect(asyncRetries([config({ Qualifier: 'live', MaximumRetryAttempts: 0 })])('it')).toBe(2);
});

test('the function may be named by its ARN', () => {
  const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:it';
  expect(asyncRetries([config({ FunctionName, MaximumRetryAttempts: 1 })])('it')).toBe(1);
});

test.each([-1, 3, 0.5, 'many'])('MaximumRetryAttempts %s stops the boot with its name', (most) => {
  expect(() => asyncRetries([config({ MaximumRetryAttempts: most })])).toThrow(
    /^ItConfig \(AWS::Lambda::EventInvokeConfig\): .*MaximumRetryAttempts/s,
  );
});
