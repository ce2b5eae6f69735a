import '../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { instantOf } from '../../src/json/instants.ts';
import { fc } from '../helpers/fastCheck.ts';
import { buildLines, line, parquetRows } from '../helpers/rawLines.ts';

/** Values of one column as the build types them, in the order of `values`, which are JSON texts. */
const typed = async (
  eventName: string,
  property: string,
  column: string,
  values: readonly string[],
): Promise<unknown[]> => {
  const lines = values.map((value, at) =>
    line({
      event_id: String(at).padStart(6, '0'),
      event_name: eventName,
      properties: `{"${property}":${value}}`,
    }),
  );
  const built = await buildLines(...lines);
  const rows = await parquetRows(
    built.parquetPath,
    `SELECT ${column} AS value, schema_errors FROM $1 ORDER BY event_id`,
  );
  for (const row of rows) expect(row.schema_errors).toEqual(row.value === null ? [expect.any(String)] : null);
  return rows.map((row) => row.value);
};

/** A thing of its own for each index, the same in every run. */
const sample = <Value>(arbitrary: fc.Arbitrary<Value>, count: number, seed: number): Value[] =>
  fc.sample(arbitrary, { numRuns: count, seed });

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((some) => some.join(''));

const exponent = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.integer({ min: 0, max: 25 }))
    .map((parts) => parts.join('')),
  fc.constantFrom('e400', 'e-400', 'e99999999999999999999', 'e-99999999999999999999', 'E+007'),
);

const integer = fc.oneof(
  fc.constantFrom('0', '1', '9007199254740993', '9223372036854775807', '9223372036854775808', '1793534399'),
  digits(0, 24).map((some) => some.replace(/^0+/, '') || '0'),
);

const fraction = fc.oneof(
  fc.constant(''),
  fc.constantFrom('.0', '.000', '.5', '.000000000000000001', '.9999999999'),
  digits(1, 22).map((some) => `.${some}`),
);

/** Any JSON number: long, tiny, huge, with zeros wherever they may stand. */
const number = fc.tuple(fc.constantFrom('', '-'), integer, fraction, exponent).map((parts) => parts.join(''));

/** Numbers that may well be times. */
const epoch = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.integer({ min: 0, max: 2_000_000_000 }).map(String),
      fc.integer({ min: 0, max: 2_000_000_000_000 }).map(String),
      digits(10, 21).map((some) => `1${some}`),
    ),
    fraction,
    fc.oneof(fc.constant(''), fc.constantFrom('e0', 'e3', 'e-3', 'E9')),
  )
  .map((parts) => parts.join(''));

const two = (max: number) => fc.integer({ min: 0, max }).map((one) => String(one).padStart(2, '0'));
const optional = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), text);

const clock = fc
  .tuple(
    fc.constantFrom('T', 't', ' ', '  '),
    two(25),
    fc.constant(':'),
    two(61),
    optional(two(61).map((second) => `:${second}`)),
    optional(fc.tuple(fc.constantFrom('.', ','), digits(1, 12)).map((parts) => parts.join(''))),
    optional(
      fc.oneof(
        fc.constantFrom(
          'Z',
          'z',
          '+0900',
          '-0330',
          '+09',
          '+09:',
          '+24:00',
          '+23:59',
          '-00:00',
          'UTC',
          '+9:00',
        ),
        fc
          .tuple(fc.constantFrom('+', '-'), two(25), optional(fc.constant(':')), optional(two(70)))
          .map((p) => p.join('')),
      ),
    ),
  )
  .map((parts) => parts.join(''));

const day = fc
  .tuple(
    fc.constantFrom(
      '0000',
      '0001',
      '0099',
      '1900',
      '1969',
      '1970',
      '2000',
      '2024',
      '2026',
      '9999',
      '10000',
      '26',
    ),
    two(13),
    two(32),
  )
  .map((parts) => parts.join('-'));

/** A time as somebody may write it: mostly right, with a fault here and there. */
const timeText = fc
  .tuple(
    optional(fc.constantFrom(' ', '\t', '\n', '\u00a0', '\ufeff', '\u2028', '\u180e')),
    day,
    optional(clock),
    optional(fc.constantFrom(' ', '\n', '\r\n', '\u2029', '.', '\u0000')),
  )
  .map((parts) => parts.join(''));

const basicText = timeText.map((text) => text.replace(/-(?=\d\d(-|T))/g, '').replaceAll(':', ''));

const odd = [
  '2026-11-01T24:00:00Z',
  '2026-11-01T23:59:60Z',
  '2026-11-01T23:59:59.9999999Z',
  '2026-11-23T09:59Z',
  '2026-11-23T18:59:00+0900',
  '20261101T051000Z',
  '20261101T051000.9999+0900',
  '20261101',
  '1793534400',
  '-2026-11-01',
  '+2026-11-01',
  'Sun, 01 Nov 2026 12:00:00 GMT',
  'infinity',
  'epoch',
  'now',
  'today',
  '',
  ' ',
  '2026-11-01 (BC)',
  '٢٠٢٦-١١-٠١',
  '2026-11-01T05:10:00.١Z',
];

/** As the column shows it, as text of the instant that event_time would be. */
const expected = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();

const TIME = `strftime(signed_up_at, '%Y') || '-' || epoch_ms(signed_up_at::TIMESTAMP)`;

const asTime = (value: unknown): string | null =>
  value === null ? null : new Date(Number(/-(-?\d+)$/.exec(String(value))?.[1])).toISOString();

describe('a typed timestamp is the instant that the collector reads as event_time', () => {
  test('for thousands of texts', async () => {
    const texts = [...odd, ...sample(timeText, 4_000, 1), ...sample(basicText, 1_500, 2)];
    const read = await typed(
      'user_signed_up',
      'signed_up_at',
      TIME,
      texts.map((text) => JSON.stringify(text)),
    );
    expect(read.map((value, at) => [texts[at], asTime(value)])).toEqual(
      texts.map((text) => [text, expected(instantOf(text))]),
    );
    const taken = read.filter((value) => value !== null).length;
    expect(taken).toBeGreaterThan(1_000);
    expect(texts.length - taken).toBeGreaterThan(1_000);
  });

  test('for thousands of numbers, by the digits that were sent', async () => {
    const numbers = [...sample(epoch, 4_000, 3), ...sample(number, 2_000, 4)];
    const read = await typed('user_signed_up', 'created_at', TIME, numbers);
    expect(read.map((value, at) => [numbers[at], asTime(value)])).toEqual(
      numbers.map((text) => [text, expected(instantOf(JSON.rawJSON(text)))]),
    );
    expect(read.filter((value) => value !== null).length).toBeGreaterThan(2_000);
  });
});

/** The integer that a JSON number is, by integer arithmetic alone; undefined if it is none, or beyond 64 bits. */
const integerOf = (text: string): string | null => {
  const [, sign = '', whole = '', part = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const value = BigInt(whole + part);
  if (value === 0n) return '0';
  const shift = BigInt(power) - BigInt(part.length);
  // More zeros than a 64-bit integer has digits are more than enough.
  if (shift > 30n || shift < -100n) return null;
  const scale = 10n ** (shift < 0n ? -shift : shift);
  if (shift < 0n && value % scale !== 0n) return null;
  const magnitude = shift < 0n ? value / scale : value * scale;
  const signed = sign === '-' ? -magnitude : magnitude;
  return BigInt.asIntN(64, signed) === signed ? String(signed) : null;
};

describe('a number fills', () => {
  const numbers = [
    '9007199254740993.0',
    '1.000000000000000001',
    '1e18',
    '-0',
    '-0.0',
    '1e400',
    '123456789012345e4',
    '9223372036854775807.0',
    '-9223372036854775808.000',
    '9223372036854775808',
    '922337203685477580.7e1',
    '0.5e1',
    '0e5',
    '1E+2',
    '10e-1',
    ...sample(number, 5_000, 5),
    ...sample(epoch, 1_000, 6),
  ];

  test('a bigint with exactly its value, or not at all', async () => {
    const read = await typed('product_viewed', 'quantity', 'quantity', numbers);
    expect(read.map((value, at) => [numbers[at], value])).toEqual(
      numbers.map((text) => [text, integerOf(text)]),
    );
    expect(read.filter((value) => value !== null).length).toBeGreaterThan(500);
  });

  test('a bigint of a line of an order just so', async () => {
    const lines = numbers.map((text) => `{"price":1.5,"quantity":${text}}`);
    const built = await buildLines(
      line({
        event_name: 'order_completed',
        properties: `{"a\\"b":[1.50,"x:1,"],"products":[${lines.join(',')}]}`,
      }),
    );
    const rows = await parquetRows(built.parquetPath, 'SELECT unnest(items).quantity AS value FROM $1');
    expect(rows.map(({ value }) => value)).toEqual(numbers.map(integerOf));
  });

  test('a double with the nearest there is, or not at all if that is infinite', async () => {
    const read = await typed('product_viewed', 'price', 'price', numbers);
    // Zero has one sign: JSON's -0 is an integer, and integers have no negative zero.
    expect(read.map((value, at) => [numbers[at], value === null ? null : Number(value) + 0])).toEqual(
      numbers.map((text) => [text, Number.isFinite(Number(text)) ? Number(text) + 0 : null]),
    );
  });
});
