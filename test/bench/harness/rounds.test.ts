import { expect, test } from '@jest/globals';
import { interleaved, ratios } from '../../../bench/harness/rounds.ts';

/** Time that passes only while a side runs: each takes so long, and longer while the machine is slow. */
const dependencies = () => {
  let now = 0;
  let slowness = 1;
  const order: string[] = [];
  const side = (name: string, ms: number) => async (): Promise<number> => {
    order.push(name);
    const began = now;
    now += ms * slowness;
    return now - began;
  };
  const slowDown = (times: number): void => {
    slowness *= times;
  };
  return { order, side, slowDown };
};

test('sides take turns within every round', async () => {
  const { side, order } = dependencies();
  await interleaved({ a: side('a', 1), b: side('b', 1) }, { warmUp: 0, rounds: 3 });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test('warm-up rounds run both sides and count for neither', async () => {
  let calls = 0;
  const side = async () => {
    calls += 1;
    return calls;
  };
  expect(await interleaved({ a: side, b: side }, { warmUp: 2, rounds: 1 })).toEqual({ a: [5], b: [6] });
});

test('a machine that slows down between rounds changes no ratio', async () => {
  const { side, slowDown } = dependencies();
  const last = async () => {
    const took = await side('b', 5)();
    slowDown(3);
    return took;
  };
  const { a, b } = await interleaved({ a: side('a', 10), b: last }, { warmUp: 1, rounds: 3 });
  expect(a).toEqual([30, 90, 270]);
  expect(ratios(a, b)).toEqual([2, 2, 2]);
});

test('a side runs only after the one before it has ended', async () => {
  const events: string[] = [];
  const side = (name: string) => async () => {
    events.push(`${name} begins`);
    await Promise.resolve();
    events.push(`${name} ends`);
  };
  await interleaved({ a: side('a'), b: side('b') }, { warmUp: 0, rounds: 1 });
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a side that fails ends the comparison', async () => {
  const fails = async () => {
    throw new Error('no such bundle');
  };
  await expect(interleaved({ a: fails }, { warmUp: 0, rounds: 1 })).rejects.toThrow('no such bundle');
});
