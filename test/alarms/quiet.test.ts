import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Dependencies, HOUR, openDependencies } from './support/dependencies.ts';

let dependencies: Dependencies;
beforeAll(async () => {
  dependencies = await openDependencies();
});
afterAll(() => dependencies.close());

test('half a day in which everything goes as usual rings nothing', async () => {
  await dependencies.pass(12 * HOUR);
  expect(await dependencies.told()).toEqual([]);
  expect(dependencies.ringing()).toEqual([]);
}, 60_000);
