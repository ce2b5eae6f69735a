import { describe, expect, test } from '@jest/globals';
import { compiled, typedRows } from '../helpers/ownProject.ts';

const thing = compiled({
  thing_seen: `
description: A thing was seen
columns:
  amount: { type: 'decimal(12,2)', description: Amount }
  big: { type: 'decimal(38,0)', description: Many digits }
  tiny: { type: 'decimal(3,3)', description: Nothing before the point }
  day: { type: date, description: Day }
  anything: { type: json, description: Anything }
  tags: { type: array<string>, description: Texts }
  numbers: { type: array<bigint>, description: Whole numbers }
  prices: { type: 'array<decimal(6,2)>', description: Prices }
  days: { type: array<date>, description: Days }
  moments: { type: array<timestamp>, description: Moments }
  lines:
    type: array<struct>
    description: Lines
    fields:
      sku: { type: string, from: [sku, product.id, Sku] }
      price: { type: 'decimal(6,2)', from: [price, price.amount] }
      due: { type: date }
`,
});

/** One event's value in a column, and its errors. */
const typed = async (column: string, properties: string) => {
  const [row] = await typedRows(thing, [{ name: 'thing_seen', properties }]);
  return { value: row?.[column], errors: row?.schema_errors };
};

const ok = (value: unknown) => ({ value, errors: null });
const contradicts = (column: string) => ({ value: null, errors: [column] });
const kept = (errors: string[], value: unknown) => ({ value, errors });

describe('a decimal', () => {
  test.each([
    ['12.5', ok('12.50')],
    ['0.1', ok('0.10')],
    ['-0.01', ok('-0.01')],
    ['-0', ok('0.00')],
    ['0.00', ok('0.00')],
    ['0e99', ok('0.00')],
    ['7', ok('7.00')],
    ['1e3', ok('1000.00')],
    ['1.5e-1', ok('0.15')],
    ['12.500000000000000000000', ok('12.50')],
    ['9999999999.99', ok('9999999999.99')],
    ['-9999999999.99', ok('-9999999999.99')],
    ['10000000000', contradicts('amount')],
    ['9999999999.991', contradicts('amount')],
    ['0.001', contradicts('amount')],
    ['19.999', contradicts('amount')],
    ['12.500000000000000000001', contradicts('amount')],
    ['0.0000000000000000000000000000000000000001', contradicts('amount')],
    ['1e-400', contradicts('amount')],
    ['1e400', contradicts('amount')],
    ['1e99999999999999999999', contradicts('amount')],
    ['"12.50"', contradicts('amount')],
    ['true', contradicts('amount')],
    ['[1]', contradicts('amount')],
    ['{}', contradicts('amount')],
    ['null', ok(null)],
  ])('of 12 digits, 2 after the point, is made of %s', async (json, expected) => {
    expect(await typed('amount', `{"amount":${json}}`)).toEqual(expected);
  });

  test.each([
    ['99999999999999999999999999999999999999', ok('99999999999999999999999999999999999999')],
    ['12345678901234567890123456789012345678.0', ok('12345678901234567890123456789012345678')],
    ['1e37', ok('10000000000000000000000000000000000000')],
    ['100000000000000000000000000000000000000', contradicts('big')],
    ['0.5', contradicts('big')],
  ])('keeps 38 digits of %s', async (json, expected) => {
    expect(await typed('big', `{"big":${json}}`)).toEqual(expected);
  });

  test.each([
    ['0.125', ok('0.125')],
    ['-0.5', ok('-0.500')],
    ['1', contradicts('tiny')],
  ])('may have all its digits after the point: %s', async (json, expected) => {
    expect(await typed('tiny', `{"tiny":${json}}`)).toEqual(expected);
  });
});

describe('a date', () => {
  test.each([
    ['"2026-11-01"', ok('2026-11-01')],
    ['"2024-02-29"', ok('2024-02-29')],
    ['"0001-01-01"', ok('0001-01-01')],
    ['"9999-12-31"', ok('9999-12-31')],
    ['"2026-02-29"', contradicts('day')],
    ['"2026-13-01"', contradicts('day')],
    ['"2026-1-1"', contradicts('day')],
    ['"20261101"', contradicts('day')],
    ['"2026-11-01T00:00:00Z"', contradicts('day')],
    ['" 2026-11-01"', contradicts('day')],
    ['"2026-11-01\\n"', contradicts('day')],
    ['"12026-11-01"', contradicts('day')],
    ['"infinity"', contradicts('day')],
    ['""', contradicts('day')],
    ['20261101', contradicts('day')],
    ['null', ok(null)],
  ])('is made of %s', async (json, expected) => {
    expect(await typed('day', `{"day":${json}}`)).toEqual(expected);
  });
});

describe('a json column', () => {
  test.each([
    '{"a":[1,{"b":null}]}',
    '"text"',
    '12',
    'true',
    '[]',
    '{"id":9007199254740993,"n":30.0,"e":1E5,"long":0.10000000000000000000000001,"big":1e400}',
    '{"a":"1.5 \\" 2.0","b":1.50}',
    '[1.10,"1.10",-0.0]',
  ])('has the text of %s, every digit of it', async (json) => {
    expect(await typed('anything', `{"anything":${json},"day":null}`)).toEqual(ok(json));
  });

  test('is null where JSON says null', async () => {
    expect(await typed('anything', '{"anything":null}')).toEqual(ok(null));
  });

  test('mistakes no text for a number', async () => {
    const json = '{"t":"\\u00011.5","n":1.5}';
    expect(await typed('anything', `{"anything":${json}}`)).toEqual(ok(json));
  });
});

describe('an array of scalars', () => {
  test.each([
    ['tags', '["a","b"]', ok(['a', 'b'])],
    ['tags', '[]', ok([])],
    ['tags', '["a",null]', ok(['a', null])],
    ['tags', '["a",1,{"x":2},"c"]', kept(['tags[1]', 'tags[2]'], ['a', null, null, 'c'])],
    ['tags', '"a"', contradicts('tags')],
    ['tags', '{"a":1}', contradicts('tags')],
    ['tags', 'null', ok(null)],
    ['numbers', '[1,9007199254740993.0,2e3]', ok(['1', '9007199254740993', '2000'])],
    ['numbers', '[1.5,"2",3]', kept(['numbers[0]', 'numbers[1]'], [null, null, '3'])],
    ['prices', '[1.5,0.1,19.999]', kept(['prices[2]'], ['1.50', '0.10', null])],
    ['prices', '[1.5000000000000000000001]', kept(['prices[0]'], [null])],
    ['days', '["2026-11-01","2026-11-31"]', kept(['days[1]'], ['2026-11-01', null])],
    ['moments', '["2026-11-01T05:00:00Z",1793509200]', ok(['2026-11-01 05:00:00', '2026-11-01 05:00:00'])],
  ])('%s takes %s', async (column, json, expected) => {
    expect(await typed(column, `{"${column}":${json}}`)).toEqual(expected);
  });

  test('that is wrong all along names its first twenty', async () => {
    const { errors } = await typed('tags', `{"tags":[${Array(30).fill('1').join(',')}]}`);
    expect(errors).toEqual(Array.from({ length: 20 }, (_, at) => `tags[${at}]`));
  });
});

describe('a field of a struct', () => {
  const line = (fields: object) => ({ sku: null, price: null, due: null, ...fields });
  test.each([
    [
      '[{"sku":"a","price":1.5,"due":"2026-11-01"}]',
      ok([line({ sku: 'a', price: '1.50', due: '2026-11-01' })]),
    ],
    [
      '[{"product":{"id":"a"}},{"Sku":"b"},{"sku":null,"product":{"id":"c"}}]',
      ok(['a', 'b', 'c'].map((sku) => line({ sku }))),
    ],
    ['[{"price":0.10000000000000000000001}]', kept(['lines[0].price'], [line({})])],
    [
      '[{"price":"19.90","due":20261101}]',
      kept(['lines[0].price', 'lines[0].due'], [line({ price: '19.90' })]),
    ],
    ['[{"price":{"amount":2.25}}]', kept(['lines[0].price'], [line({})])],
  ])('is read from %s', async (json, expected) => {
    expect(await typed('lines', `{"lines":${json}}`)).toEqual(expected);
  });
});
