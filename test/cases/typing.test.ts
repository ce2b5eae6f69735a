import '../helpers/shop.ts';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { planRun } from '../../src/etl/planning.ts';
import { martNames } from '../../src/etl/queries.ts';
import { memberText } from '../../src/json/slices.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';
import { buildLines, HOUR, line, parquetRows } from '../helpers/rawLines.ts';

/** Inputs that once came out wrong, each with what is right. */

const read = (name: string): string => readFileSync(`test/fixtures/cases/${name}`, 'utf8');

/** The events of a file, by their ids, as the build types them. */
const built = async (file: string, columns: string): Promise<Record<string, unknown>[]> => {
  const lines = read(file)
    .trimEnd()
    .split('\n')
    .map((text) => {
      const { event_id, event_name }: Record<string, unknown> = JSON.parse(text);
      return line({ event_id, event_name, properties: memberText(text, 'properties') });
    });
  const { parquetPath } = await buildLines(...lines);
  return parquetRows(parquetPath, `SELECT event_id, ${columns}, schema_errors FROM $1 ORDER BY event_id`);
};

test.each([
  {
    what: 'a typed time without seconds, and one with more digits than milliseconds',
    file: 'signedUpAt.ndjson',
    columns: 'signed_up_at',
    right: [
      { event_id: 'jv-0', signed_up_at: '2026-11-23 09:59:00', schema_errors: null },
      { event_id: 'ts-03', signed_up_at: '2026-11-01 05:10:00.999', schema_errors: null },
    ],
  },
  {
    what: 'integers with a fraction: exact, or none at all',
    file: 'bigintWithFraction.ndjson',
    columns: 'quantity',
    right: [
      { event_id: 'n-28', quantity: '9007199254740993', schema_errors: null },
      { event_id: 'n-30', quantity: null, schema_errors: ['quantity'] },
    ],
  },
  {
    what: 'a shop with numeric product ids and prices as text, and one contradicting line of another',
    file: 'shopOrders.ndjson',
    columns:
      'list_transform(items, lambda i: [i.product_id, i.price::VARCHAR, i.quantity::VARCHAR]) AS items',
    right: [
      {
        event_id: 'shop-1',
        items: [
          ['7290012345678901234567', '19.9', '2'],
          ['808950810', '5.0', '1'],
        ],
        schema_errors: [
          'items[0].product_id',
          'items[0].price',
          'items[1].product_id',
          'items[1].price',
          'items[1].quantity',
        ],
      },
      {
        event_id: 'shop-2',
        items: [
          ['p-1', '4.0', '1'],
          ['p-2', null, '1'],
        ],
        schema_errors: ['items[1].price'],
      },
    ],
  },
])('$what', async ({ file, columns, right }) => {
  expect(await built(file, columns)).toEqual(right);
});

test.each([['etlInputNull.json', 'it has the wrong form']])(
  '%s as the input of a run is refused with a sentence',
  async (file, sentence) => {
    const input: unknown = JSON.parse(read(file));
    const clock = fixedClock(`${HOUR}:00:00.000Z`);
    const ports = { store: createFakeStore({ clock }), ...createFakeLedger({ now: () => clock.now() }) };
    await expect(planRun('run-1', input, martNames, ports)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(sentence),
    });
  },
);
