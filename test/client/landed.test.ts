import { expect, test } from '@jest/globals';
import { lastLanded } from '../../client/landed.ts';
import { rawKey } from '../../src/lake/layout.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';

const NOW = Date.parse('2026-11-01T12:30:00.000Z');

test('the newest raw object of this hour and the one before says how fresh events_now is', async () => {
  const clock = fixedClock('2026-11-01T11:50:00.000Z');
  const store = createFakeStore({ clock });
  expect(await lastLanded(store, NOW)).toBeUndefined();
  await store.put(rawKey('2026-11-01T11', 'a', 1), Buffer.from('x'), 'text/plain');
  expect(await lastLanded(store, NOW)).toEqual(new Date('2026-11-01T11:50:00.000Z'));
  clock.advance(30 * 60_000);
  await store.put(rawKey('2026-11-01T12', 'a', 1), Buffer.from('x'), 'text/plain');
  clock.advance(60_000);
  // A late event, of an hour that nobody looks at for this.
  await store.put(rawKey('2026-11-01T03', 'b', 1), Buffer.from('x'), 'text/plain');
  expect(await lastLanded(store, NOW)).toEqual(new Date('2026-11-01T12:20:00.000Z'));
});
