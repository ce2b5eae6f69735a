import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventsReference } from '../helpers/eventsReference.ts';

test('docs/events.md says what the code says: else run node test/helpers/writeEventsReference.ts', () => {
  expect(readFileSync('docs/events.md', 'utf8')).toBe(eventsReference());
});
