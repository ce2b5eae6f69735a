import { expect, test } from '@jest/globals';
import { fc } from '../helpers/fastCheck.ts';
import { compiled, type TestEvent, typedRows } from '../helpers/ownProject.ts';
import { oddCatalog, oddEvent } from './support/oddEvents.ts';

/** What an event is typed as depends on that event only, not on those that are typed in the same statement. */

const order = compiled({
  order_seen: `
description: An order was seen
columns:
  items:
    type: array<struct>
    description: Lines
    fields:
      quantity: { type: bigint }
      price: { type: 'decimal(6,2)' }
      sold_at: { type: timestamp }
  counts: { type: array<bigint>, description: Whole numbers }
`,
});

const seen = (properties: string): TestEvent => ({ name: 'order_seen', properties });

const line = (quantity: string, price: string | null, sold_at: string | null) => ({
  quantity,
  price,
  sold_at,
});

/** Its numbers are read once more, by their digits: a double may not have them all. */
const rereadWith = (quantity: string): TestEvent =>
  seen(`{"items":[{"quantity":2.0,"price":1.50,"sold_at":0.0},{"quantity":${quantity}}],"counts":[2.0]}`);

test.each([
  ['all right', '1', null],
  ['read leniently', '"1"', ['items[1].quantity']],
])(
  'lines that are %s keep their numbers beside lines that are read by their digits',
  async (_, quantity, schema_errors) => {
    const plain = seen(`{"items":[{"quantity":7,"price":5},{"quantity":${quantity},"price":6}]}`);
    const right = {
      items: [line('7', '5.00', null), line('1', '6.00', null)],
      counts: null,
      schema_errors,
    };
    const reread = {
      items: [line('2', '1.50', '1970-01-01 00:00:00'), line('1', null, null)],
      counts: ['2'],
      schema_errors,
    };
    expect(await typedRows(order, [plain, rereadWith(quantity), plain])).toEqual([right, reread, right]);
  },
);

test('arrays of numbers keep theirs beside such an event', async () => {
  const rows = await typedRows(order, [
    seen('{"counts":[7,null,8]}'),
    rereadWith('1'),
    seen('{"counts":[]}'),
  ]);
  expect(rows.map(({ counts }) => counts)).toEqual([['7', null, '8'], ['2'], []]);
});

const inGroups = async (events: readonly TestEvent[], size: number) => {
  const rows = [];
  for (let at = 0; at < events.length; at += size)
    rows.push(...(await typedRows(oddCatalog, events.slice(at, at + size))));
  return rows;
};

test('odd events are typed the same beside any others', async () => {
  const events = fc.sample(oddEvent, 4_000);
  const together = await inGroups(events, 2_000);
  for (const [step, size] of [
    [7, 400],
    [1_009, 800],
  ] as const) {
    // A step that has no divisor in common with the number of events reaches each of them once.
    const places = events.map((_, at) => (at * step) % events.length);
    const rows = await inGroups(
      places.flatMap((place) => events[place] ?? []),
      size,
    );
    const wrong = places.flatMap((place, at) =>
      JSON.stringify(rows[at]) === JSON.stringify(together[place])
        ? []
        : [{ event: events[place], row: rows[at], beside: together[place] }],
    );
    expect(wrong).toEqual([]);
  }
}, 60_000);
