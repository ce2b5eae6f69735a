import { describe, expect, test } from '@jest/globals';
import { buildLines, line, parquetRows } from '../helpers/rawLines.ts';

/** One event's typed value and errors. */
const typed = async (column: string, event_name: string, properties: string) => {
  const built = await buildLines(line({ event_name, properties }));
  const [row] = await parquetRows(
    built.parquetPath,
    `SELECT ${column} AS value, schema_errors, properties FROM $1`,
  );
  expect(row?.properties).toBe(properties);
  return { value: row?.value, errors: row?.schema_errors };
};

const ok = (value: unknown) => ({ value, errors: null });
const contradicts = (column: string) => ({ value: null, errors: [column] });

describe('typed columns', () => {
  const item = {
    product_id: 'p',
    product_name: 'n',
    category: null,
    brand: null,
    variant: null,
    price: 2.5,
    quantity: '2',
  };

  test.each<[string, string, string, object]>([
    ['page_title', 'page_view', '{"title":"a \\"b\\" \\u00e9"}', ok('a "b" é')],
    ['page_title', 'page_view', '{"title":""}', ok('')],
    ['page_title', 'page_view', '{"title":12}', contradicts('page_title')],
    ['page_title', 'page_view', '{"title":{"a":1}}', contradicts('page_title')],
    ['page_title', 'page_view', '{"title":null}', ok(null)],
    ['page_title', 'page_view', '{"page_title":"own name first","title":"x"}', ok('own name first')],
    ['page_title', 'page_view', '{"Title":"other case"}', ok(null)],
    ['price', 'product_viewed', '{"price":12}', ok(12)],
    ['price', 'product_viewed', '{"price":-1.5e3}', ok(-1500)],
    ['price', 'product_viewed', '{"price":"12"}', contradicts('price')],
    ['price', 'product_viewed', '{"price":true}', contradicts('price')],
    ['price', 'product_viewed', '{"price":1e999}', contradicts('price')],
    ['price', 'product_viewed', '{"price":[1]}', contradicts('price')],
    ['quantity', 'product_added', '{"quantity":9007199254740993}', ok('9007199254740993')],
    ['quantity', 'product_added', '{"quantity":-9223372036854775808}', ok('-9223372036854775808')],
    ['quantity', 'product_added', '{"quantity":2.0}', ok('2')],
    ['quantity', 'product_added', '{"quantity":1.5}', contradicts('quantity')],
    ['quantity', 'product_added', '{"quantity":18446744073709551615}', contradicts('quantity')],
    ['quantity', 'product_added', '{"quantity":"2"}', contradicts('quantity')],
    ['quantity', 'product_added', '{"quantity":false}', contradicts('quantity')],
    ['newsletter', 'user_signed_up', '{"newsletter":false}', ok(false)],
    ['newsletter', 'user_signed_up', '{"newsletter":"true"}', contradicts('newsletter')],
    ['newsletter', 'user_signed_up', '{"newsletter":1}', contradicts('newsletter')],
    [
      'signed_up_at',
      'user_signed_up',
      '{"created_at":"2026-01-02T03:04:05.678+01:00"}',
      ok('2026-01-02 02:04:05.678'),
    ],
    ['signed_up_at', 'user_signed_up', '{"created_at":"2026-01-02T03:04:05Z"}', ok('2026-01-02 03:04:05')],
    ['signed_up_at', 'user_signed_up', '{"created_at":"2026-01-02"}', ok('2026-01-02 00:00:00')],
    ['signed_up_at', 'user_signed_up', '{"created_at":"2026-02-30T00:00:00Z"}', contradicts('signed_up_at')],
    ['signed_up_at', 'user_signed_up', '{"created_at":1767322800}', contradicts('signed_up_at')],
    ['signed_up_at', 'user_signed_up', '{"created_at":"tomorrow"}', contradicts('signed_up_at')],
    [
      'items',
      'order_completed',
      '{"products":[{"product_id":"p","name":"n","price":2.5,"quantity":2,"more":1}]}',
      ok([item]),
    ],
    ['items', 'order_completed', '{"items":[]}', ok([])],
    ['items', 'order_completed', '{"items":null}', ok(null)],
    ['items', 'order_completed', '{"items":[{"price":"2.5"}]}', contradicts('items')],
    ['items', 'order_completed', '{"items":[{"price":2.5},{"quantity":1.5}]}', contradicts('items')],
    ['items', 'order_completed', '{"items":[{"name":1},{}]}', contradicts('items')],
    ['items', 'order_completed', '{"items":[{"price":1e999}]}', contradicts('items')],
    ['items', 'order_completed', '{"items":[[]]}', contradicts('items')],
    ['items', 'order_completed', '{"items":["p"]}', contradicts('items')],
    ['items', 'order_completed', '{"items":[null]}', contradicts('items')],
    ['items', 'order_completed', '{"items":{"product_id":"p"}}', contradicts('items')],
    ['price', 'button_clicked', '{"price":"only known types have columns"}', ok(null)],
    ['price', 'page_view', '{"price":12}', ok(null)],
  ])('%s of %s %s', async (column, eventName, properties, expected) => {
    expect(await typed(column, eventName, properties)).toEqual(expected);
  });

  test('several contradictions are all named, and the other columns are filled', async () => {
    const properties = '{"product_id":"p","price":"x","quantity":1.5}';
    const built = await buildLines(line({ event_name: 'product_viewed', properties }));
    const rows = await parquetRows(built.parquetPath, 'SELECT product_id, schema_errors FROM $1');
    expect(rows).toEqual([{ product_id: 'p', schema_errors: ['price', 'quantity'] }]);
  });
});
