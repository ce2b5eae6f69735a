import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventsReference } from '../helpers/eventsReference.ts';

test('docs/reference/events.md says what the code says: else run node test/helpers/writeEventsReference.ts', () => {
  expect(readFileSync('docs/reference/events.md', 'utf8')).toBe(eventsReference());
});
