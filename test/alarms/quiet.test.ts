import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOUR, openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('half a day in which everything goes as usual rings nothing', async () => {
  await world.pass(12 * HOUR);
  expect(await world.told()).toEqual([]);
  expect(world.ringing()).toEqual([]);
}, 60_000);
