import { expect, test } from '@jest/globals';
import { lastOfRuns } from '../../../cli/projectTests/allRuns.ts';

const runner = (...ends: { status: string; output?: unknown }[]) => {
  let n = 0;
  const run = async () => {
    n += 1;
    return { ...(ends[Math.min(n, ends.length) - 1] ?? { status: '' }), n };
  };
  return { run, runs: () => n };
};

const more = { status: 'SUCCEEDED', output: { more: true } };

test('runs again while a run leaves hours or days to the next one', async () => {
  const { run, runs } = runner(more, more, { status: 'SUCCEEDED', output: { more: false } }, more);
  expect(await lastOfRuns(run)).toEqual({ status: 'SUCCEEDED', output: { more: false }, n: 3 });
  expect(runs()).toBe(3);
});

test.each([
  ['a run that failed', { status: 'FAILED' }],
  ['a run that failed although more waits', { status: 'FAILED', output: { more: true } }],
  ['a run that found nothing to do', { status: 'SUCCEEDED', output: {} }],
  ['a run without an output', { status: 'SUCCEEDED' }],
])('is content with %s', async (_, ended) => {
  const { run, runs } = runner(ended);
  expect(await lastOfRuns(run)).toEqual({ ...ended, n: 1 });
  expect(runs()).toBe(1);
});

test('gives up where more waits after every run', async () => {
  const { run, runs } = runner(more);
  expect(await lastOfRuns(run)).toBeUndefined();
  expect(runs()).toBe(20);
});
