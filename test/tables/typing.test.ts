import '../helpers/shop.ts';
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
/** Lines of an order of which something was wrong. */
const kept = (errors: string[], ...value: unknown[]) => ({ value, errors });

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
  const nothing = Object.fromEntries(Object.keys(item).map((name) => [name, null]));

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
    ['quantity', 'product_added', '{"quantity":9007199254740993.0}', ok('9007199254740993')],
    ['quantity', 'product_added', '{"quan\\u0074ity":9007199254740993.0,"a\\"":1}', ok('9007199254740993')],
    ['quantity', 'product_added', '{"quantity":1e18}', ok('1000000000000000000')],
    ['quantity', 'product_added', '{"quantity":-0}', ok('0')],
    ['quantity', 'product_added', '{"quantity":1.000000000000000001}', contradicts('quantity')],
    ['quantity', 'product_added', '{"quantity":1e400}', contradicts('quantity')],
    ['quantity', 'product_added', '{"quantity":[1.0]}', contradicts('quantity')],
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
    ['signed_up_at', 'user_signed_up', '{"created_at":1767322800}', ok('2026-01-02 03:00:00')],
    ['signed_up_at', 'user_signed_up', '{"created_at":1767322799.9999999999}', ok('2026-01-02 02:59:59.999')],
    [
      'signed_up_at',
      'user_signed_up',
      '{"created_at":"2025-12-31T23:59:59.9999Z"}',
      ok('2025-12-31 23:59:59.999'),
    ],
    ['signed_up_at', 'user_signed_up', '{"created_at":"2026-11-23T09:59Z"}', ok('2026-11-23 09:59:00')],
    [
      'signed_up_at',
      'user_signed_up',
      '{"created_at":"2026-11-23T09:59:00+0900"}',
      ok('2026-11-23 00:59:00'),
    ],
    ['signed_up_at', 'user_signed_up', '{"created_at":"2026-11-23T24:00:00Z"}', contradicts('signed_up_at')],
    ['signed_up_at', 'user_signed_up', '{"created_at":true}', contradicts('signed_up_at')],
    ['signed_up_at', 'user_signed_up', '{"created_at":"tomorrow"}', contradicts('signed_up_at')],
    [
      'items',
      'order_completed',
      '{"products":[{"product_id":"p","name":"n","price":2.5,"quantity":2,"more":1}]}',
      ok([item]),
    ],
    ['items', 'order_completed', '{"items":[]}', ok([])],
    ['items', 'order_completed', '{"items":null}', ok(null)],
    ['items', 'order_completed', '{"items":[{"price":true}]}', kept(['items[0].price'], nothing)],
    [
      'items',
      'order_completed',
      '{"items":[{"price":2.5},{"quantity":1.5,"product_id":"p"}]}',
      kept(['items[1].quantity'], { ...nothing, price: 2.5 }, { ...nothing, product_id: 'p' }),
    ],
    [
      'items',
      'order_completed',
      '{"items":[{"name":{"en":"n"}},{}]}',
      kept(['items[0].product_name'], nothing, nothing),
    ],
    ['items', 'order_completed', '{"items":[{"price":1e999}]}', kept(['items[0].price'], nothing)],
    [
      'items',
      'order_completed',
      '{"items":[[],{"product_id":"p"},"p",null]}',
      kept(['items[0]', 'items[2]', 'items[3]'], null, { ...nothing, product_id: 'p' }, null, null),
    ],
    [
      'items',
      'order_completed',
      '{"items":[{"product_id":7290012345678901234567,"price":"19.90","quantity":"2"},{"product_id":1.50,"price":"free"}]}',
      kept(
        [
          'items[0].product_id',
          'items[0].price',
          'items[0].quantity',
          'items[1].product_id',
          'items[1].price',
        ],
        { ...nothing, product_id: '7290012345678901234567', price: 19.9, quantity: '2' },
        { ...nothing, product_id: '1.50' },
      ),
    ],
    ['items', 'order_completed', '{"items":{"product_id":"p"}}', contradicts('items')],
    ['price', 'button_clicked', '{"price":"only known types have columns"}', ok(null)],
    ['price', 'page_view', '{"price":12}', ok(null)],
  ])('%s of %s %s', async (column, eventName, properties, expected) => {
    expect(await typed(column, eventName, properties)).toEqual(expected);
  });

  test('of an array that is wrong in all its lines the first twenty are named', async () => {
    const lines = Array.from({ length: 30 }, () => '{"price":true}').join(',');
    const { errors } = await typed('items', 'order_completed', `{"items":[${lines}]}`);
    expect(errors).toEqual(Array.from({ length: 20 }, (_, index) => `items[${index}].price`));
  });

  test('several contradictions are all named, and the other columns are filled', async () => {
    const properties = '{"product_id":"p","price":"x","quantity":1.5}';
    const built = await buildLines(line({ event_name: 'product_viewed', properties }));
    const rows = await parquetRows(built.parquetPath, 'SELECT product_id, schema_errors FROM $1');
    expect(rows).toEqual([{ product_id: 'p', schema_errors: ['price', 'quantity'] }]);
  });
});
