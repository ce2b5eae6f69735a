import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalEvent } from '../../src/events/envelope.ts';
import { checkLine, isCanonical } from '../../src/sinks/lineCheck.ts';
import { anEvent, lineOf } from '../helpers/records.ts';

const fields = Object.keys(canonicalEvent().shape);

const times = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '2024-02-29T00:00:00.000Z',
    '2025-02-29T00:00:00.000Z',
    '2026-02-30T05:10:00.000Z',
    '2026-13-01T05:10:00.000Z',
    '2026-11-00T05:10:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '2026-11-01T24:00:00.000Z',
    '2026-11-01T05:60:00.000Z',
    '2026-11-01T05:10:60.000Z',
    '2026-11-01T05:10:00.00Z',
    '2026-11-01T05:10:00.0000Z',
    '2026-11-01T05:10:00Z',
    '2026-11-01 05:10:00.000Z',
    '2026-11-01T05:10:00.000+00:00',
    '+02026-11-01T05:10:00.00Z',
    '2026-11-01T05:10:00.000z',
  ),
);

const values = fc.oneof(
  times,
  fc.string({ maxLength: 300 }),
  fc.constantFrom(
    '',
    'x'.repeat(128),
    'x'.repeat(129),
    'x'.repeat(256),
    'x'.repeat(257),
    '😀'.repeat(128),
    '😀'.repeat(129),
    '😀'.repeat(256),
    '😀'.repeat(257),
    undefined,
    null,
    0,
    false,
  ),
  fc.jsonValue(),
);

const changes = fc.dictionary(
  fc.oneof(fc.constantFrom(...fields), fc.constantFrom('extra', 'toString')),
  values,
  {
    maxKeys: 3,
  },
);

test('the fast check takes exactly what the schema of the envelope takes', () => {
  let taken = 0;
  fc.assert(
    fc.property(changes, (change) => {
      const event = JSON.parse(JSON.stringify(anEvent(change)));
      const expected = canonicalEvent().safeParse(event).success;
      taken += expected ? 1 : 0;
      expect(isCanonical(event)).toBe(expected);
    }),
    { seed: 20261101, numRuns: 3_000 },
  );
  // Both ways were tried, not only refusals.
  expect(taken).toBeGreaterThan(300);
  expect(taken).toBeLessThan(2_700);
});

test('an id of 256 and a name of 128 characters are taken, whatever plane the characters are of', () => {
  const check = (fields: Record<string, string>) => checkLine(Buffer.from(lineOf(fields)));
  const longest = { event_id: '😀'.repeat(256), event_name: '😀'.repeat(128) };
  expect(check(longest)).toMatchObject({ event: true });
  expect(check({ ...longest, event_id: '😀'.repeat(257) })).toMatchObject({
    row: { reason: 'invalid_event', detail: expect.stringContaining('event_id') },
  });
});
