import '../helpers/someWindow.ts';
import { expect, test } from '@jest/globals';
import { HOUR, onceDependencies } from './support/dependencies.ts';

const dependencies = onceDependencies();

test('half a day in which everything goes as usual rings nothing', async () => {
  await dependencies.pass(12 * HOUR);
  expect(await dependencies.told()).toEqual([]);
  expect(dependencies.ringing()).toEqual([]);
}, 60_000);
