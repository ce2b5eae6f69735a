import { expect, test } from '@jest/globals';
import { everything } from '../../bench/chaos/faultMix.ts';

test('the mix of everything has every kind of fault for every seed, in other shares', () => {
  const kinds = new Set(everything(1).map(({ kind }) => kind));
  const shares = (seed: number) => everything(seed).map(({ probability }) => probability);

  expect([...kinds].sort()).toEqual([
    'alreadyExists',
    'answerLate',
    'concurrentModification',
    'conditionFailed',
    'crawlerRunning',
    'droppedAfter',
    'droppedBefore',
    'droppedEffectLate',
    'effectLate',
    'functionKilled',
    'functionThrottled',
    'functionTimedOut',
    'functionTwice',
    'partlyThrottled',
    'queryCancelled',
    'queryFailedDeterministic',
    'queryFailedTransient',
    'serverError',
    'throttled',
  ]);
  expect(shares(1)).toEqual(shares(1));
  expect(shares(1)).not.toEqual(shares(2));
  // No call may fail for ever, whatever the seed: twice the share is the most.
  expect(Math.max(...shares(1).map((share) => share ?? 1))).toBeLessThan(0.9);
});
