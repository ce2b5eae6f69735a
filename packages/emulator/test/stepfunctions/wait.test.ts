import { expect, test } from '@jest/globals';
import { until } from '../../src/stepfunctions/integrations/wait.ts';

/** Waits for what takes so long, on a clock that only sleepers move. */
const waitFor = async (ms: number): Promise<{ lateMs: number; asked: number }> => {
  let [nowMs, asked] = [0, 0];
  const timer = {
    now: () => nowMs,
    sleep: async (given: number) => {
      nowMs += given;
    },
  };
  const lateMs = await until(timer, new AbortController().signal, async () => {
    asked += 1;
    return nowMs < ms ? undefined : nowMs - ms;
  });
  return { lateMs, asked };
};

test.each([
  [0, 0, 1],
  [25, 10, 5],
  [450, 45, 40],
  [30_000, 1_000, 100],
  [12 * 3_600_000, 1_000, 43_300],
])('the end of what takes %d ms is seen at most %d ms late, by at most %d calls', async (ms, late, calls) => {
  const { lateMs, asked } = await waitFor(ms);
  expect(lateMs).toBeLessThanOrEqual(late);
  expect(asked).toBeLessThanOrEqual(calls);
});

test('a wait that is given up ends with the reason', async () => {
  const given = new AbortController();
  const timer = {
    now: () => 0,
    sleep: async () => {
      given.abort(new Error('nobody waits any more'));
      given.signal.throwIfAborted();
    },
  };
  await expect(until(timer, given.signal, async () => undefined)).rejects.toThrow('nobody waits any more');
});
