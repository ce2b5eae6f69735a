import { expect, test } from '@jest/globals';
import { judgeOf } from '../../../src/events/contract/judge.ts';
import { parseExactly } from '../../../src/json/exactNumbers.ts';
import { isObject } from '../../../src/json/parse.ts';
import { fc } from '../../helpers/fastCheck.ts';
import { compiled, typedRows } from '../../helpers/ownProject.ts';

const scalars = [
  ...['string', 'bigint', 'double', 'boolean', 'timestamp', 'date', 'json'],
  ...['decimal(6,2)', 'decimal(38,38)', 'decimal(38,0)'],
];

const FILE = `
description: All types there are
strict: reject
columns:
${scalars.map((type, at) => `  c${at}_a: { type: '${type}', description: D, from: [a${at}, 'b${at}.c', 'context.d.e'] }`).join('\n')}
${scalars
  .filter((type) => type !== 'json')
  .map((type, at) => `  l${at}_a: { type: 'array<${type}>', description: D, from: [l${at}] }`)
  .join('\n')}
  lines:
    type: array<struct>
    description: D
    fields:
${scalars
  .filter((type) => type !== 'json')
  .map((type, at) => `      f${at}: { type: '${type}', from: [f${at}, g.h${at}] }`)
  .join('\n')}
`;

const project = compiled({ thing: FILE });
const [type] = project.eventTypes;
if (type === undefined) throw new Error('The file is not an event type.');
const judge = judgeOf(type, project.columns);

const digits = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 42 })
  .map((all) => all.join(''));
const anyNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      digits.map((all) => all.replace(/^0+(?=\d)/, '')),
    ),
    fc.option(digits, { nil: undefined }),
    fc.option(fc.integer({ min: -45, max: 45 }), { nil: undefined }),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [
      sign,
      whole,
      fraction === undefined ? '' : `.${fraction}`,
      exponent === undefined ? '' : `e${exponent}`,
    ].join(''),
  );

/** Numbers beside which something changes, as they are written. */
const edges = fc.constantFrom(
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...['9223372036854775807.0', '9.223372036854775807e18', '1e18', '1e19', '2.0', '1.5', '-0', '0.0', '0e400'],
  ...['9999.99', '9999.990', '9999.999', '10000', '0.001', '1e-2', '12345e-2', '1e308', '1e309', '-1.8e308'],
  ...[
    '253402300799',
    '253402300800',
    '-62167219200',
    '-62167219201',
    '99999999999999999999',
    '1e20',
    '1793534399.9999999',
  ],
);

const texts = fc.constantFrom(
  ...[
    '',
    'text',
    '12',
    '1.5',
    'true',
    'null',
    '2026-11-01',
    '2026-02-29',
    '2024-02-29',
    '0000-02-29',
    '1900-02-29',
  ],
  ...['2026-11-1', '2026-13-01', '20261101', '2026-11-01T05:12:07Z', '2026-11-01 24:00:00', ' 2026-11-01 '],
  ...[
    '20261101T051207Z',
    '2026-11-01T05:12:60+14:00',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00+01:00',
  ],
  ...[
    '2026-11-01T05:12:07.1234567+09',
    '\u0000',
    'a"\\b',
    '🦆',
    '２０２６-11-01',
    '{"a":1}',
    '[1]',
    '2026-11-01\n',
  ],
);

const scalar = fc.oneof(
  texts.map((text) => JSON.stringify(text)),
  anyNumber,
  edges,
  fc.constantFrom('true', 'false', 'null', '{}', '[]', '{"c":1}', '{"c":null}', '[null]'),
);

const listed = (texts: readonly string[]): string => `[${texts.join(',')}]`;
const object = (members: Readonly<Record<string, string | undefined>>): string =>
  `{${Object.entries(members)
    .flatMap(([name, text]) => (text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]))
    .join(',')}}`;

const some = { requiredKeys: [] as [] };

const line = fc.oneof(
  { arbitrary: scalar, weight: 1 },
  {
    arbitrary: fc
      .record(
        {
          ...Object.fromEntries(scalars.map((_, at) => [`f${at}`, scalar])),
          g: fc.oneof(
            scalar,
            scalar.map((text) => object({ h0: text, h1: text, h5: text })),
          ),
        },
        some,
      )
      .map(object),
    weight: 3,
  },
);

const inMembers = Object.fromEntries(
  scalars.flatMap((_, at) => [
    [`a${at}`, scalar],
    [
      `b${at}`,
      fc.oneof(
        scalar,
        scalar.map((text) => object({ c: text })),
      ),
    ],
    [
      `l${at}`,
      fc.oneof(
        { arbitrary: scalar, weight: 1 },
        { arbitrary: fc.array(scalar, { maxLength: 3 }).map(listed), weight: 3 },
      ),
    ],
  ]),
);

/** Most events have one or two members: of one with many hardly any would be right. */
const properties = fc.oneof(
  fc
    .constantFrom(...Object.keys(inMembers))
    .chain((name) => (inMembers[name] ?? scalar).map((text) => object({ [name]: text }))),
  fc.record(inMembers, some).map(object),
  fc.oneof(scalar, fc.array(line, { maxLength: 3 }).map(listed)).map((text) => object({ lines: text })),
);
const context = fc.oneof(
  { arbitrary: fc.constant('{}'), weight: 4 },
  { arbitrary: scalar.map((text) => object({ d: object({ e: text }) })), weight: 1 },
);

/** As the collector writes it into a canonical line. */
const canonical = (text: string): { value: Record<string, unknown>; written: string } => {
  const value = parseExactly(text)?.value;
  if (!isObject(value)) throw new Error(`Not an object: ${text}`);
  return { value, written: JSON.stringify(value) };
};

test('an event contradicts its contract exactly where a build finds schema_errors', async () => {
  const events = fc
    .sample(fc.record({ properties, context }), { numRuns: 3_000, seed: 12 })
    .map((sent) => ({ properties: canonical(sent.properties), context: canonical(sent.context) }));
  const rows = await typedRows(
    project,
    events.map((event) => ({
      name: 'thing',
      properties: event.properties.written,
      context: event.context.written,
    })),
  );
  const different = events.flatMap((event, at) => {
    const found = judge({ properties: event.properties.value, context: event.context.value });
    const errors = rows[at]?.schema_errors ?? null;
    return found.length > 0 === (errors !== null)
      ? []
      : [{ properties: event.properties.written, context: event.context.written, found, errors }];
  });
  expect(different).toEqual([]);
  // Both kinds are there.
  const wrong = rows.filter(({ schema_errors: errors }) => errors !== null).length;
  expect(wrong).toBeGreaterThan(400);
  expect(rows.length - wrong).toBeGreaterThan(400);
});
