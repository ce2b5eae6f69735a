import { describe, expect, test } from '@jest/globals';
import { compiled, eventFaults } from '../helpers/ownProject.ts';

/** A file with one column, which is written so. */
const column = (written: string): string => `description: A thing\ncolumns:\n  ${written}\n`;
describe('a name', () => {
  test.each([
    ['OrderId', 'a name is lower snake case, letters and digits of ASCII: order_id.'],
    ['order-id', 'a name is lower snake case, letters and digits of ASCII: order_id.'],
    ['größe', 'a name is lower snake case, letters and digits of ASCII: gr_e.'],
    ['2nd', 'a name is lower snake case, letters and digits of ASCII: nd.'],
    ['a__b', 'a name is lower snake case, letters and digits of ASCII: a_b.'],
    ['order', 'this is a reserved word of SQL, which every query would have to quote: choose another name.'],
    ['limit', 'this is a reserved word of SQL, which every query would have to quote: choose another name.'],
    ['event_id', 'every event has a column of this name already. Choose another name.'],
    ['dt', 'every event has a column of this name already. Choose another name.'],
    ['kind', 'a build uses this name itself. Choose another name.'],
    ['c'.repeat(64), 'a name has at most 63 characters, this has 64.'],
  ])('of a column is not %s', (name, says) => {
    const faults = eventFaults({ x: column(`${name}: { type: string, description: It }`) });
    expect(faults).toEqual([`events/x.yml:3: columns.${name}: ${says}`]);
  });

  test.each([
    [
      'events',
      'the view of an event type is called like its file, and there is a table "events". Rename the file; the name of its events stands in it: name: events',
    ],
    ['OrderPlaced', 'a name is lower snake case, letters and digits of ASCII: order_placed.'],
    ['select', 'this is a reserved word of SQL, which every query would have to quote: choose another name.'],
  ])('of a file is not %s', (name, says) => {
    expect(eventFaults({ [name]: 'description: A\n' })).toEqual([`events/${name}.yml: ${says}`]);
  });
});

describe('files that contradict each other', () => {
  const a = 'description: A\ncolumns:\n  price: { type: double, description: Price }\n';
  test.each<[what: string, b: string, ...faults: string[]]>([
    [
      'another type',
      'description: B\ncolumns:\n  price: { type: bigint, description: Price }\n',
      'events/b.yml:3: columns.price is bigint here and double in events/a.yml:3. A column has one type in all files: give both the same, or give one of them another name.',
    ],
    [
      'another description',
      'description: B\ncolumns:\n  price: { type: double, description: The price }\n',
      'events/b.yml:3: columns.price has another description in events/a.yml:3. Leave out type and description here, or give the column another name if it means something else.',
    ],
    [
      'a type without a description',
      'description: B\ncolumns:\n  price: { type: double }\n',
      'events/b.yml:3: columns.price has a type and needs a description: what the column holds, in a sentence.',
    ],
    [
      'a description without a type',
      'description: B\ncolumns:\n  price: { description: Price }\n',
      'events/b.yml:3: columns.price has description and no type. Give both here, or none and have both in another file.',
    ],
    [
      'a column that no file describes',
      'description: B\ncolumns:\n  prise:\n',
      'events/b.yml:3: columns.prise: no file says its type. Write prise: { type: string, description: … } in one of them.',
    ],
    [
      'the same event name',
      'description: B\nname: a\n',
      'events/b.yml:2: "a" is the event name of events/a.yml:1 too. An event name has one file.',
    ],
  ])('%s', (_, b, ...faults) => {
    expect(eventFaults({ a, b })).toEqual(faults);
  });

  test('say the same twice without a fault', () => {
    expect(eventFaults({ a, b: a.replace('A', 'B') })).toEqual([]);
  });

  test('structs of the same fields that are read from other places are two types', () => {
    const lines = (from: string) =>
      `description: A\ncolumns:\n  lines: { type: array<struct>, description: Lines, fields: { sku: { type: string, from: ${from} } } }\n`;
    expect(eventFaults({ a: lines('sku'), b: lines('id') })).toEqual([
      'events/b.yml:3: columns.lines is array<struct<sku:string>> here and array<struct<sku:string>> in events/a.yml:3. A column has one type in all files: give both the same, or give one of them another name.',
    ]);
  });

  test('views that would be one resource of the stack are told apart by nobody', () => {
    expect(eventFaults({ order2: 'description: A\n', order_2: 'description: B\n' })).toEqual([
      'events/order_2.yml:1: this and events/order2.yml would be one resource of the stack. Rename one of them.',
    ]);
  });
});

describe('personal data', () => {
  test.each([
    [
      column('a: { type: string, description: A, pii: mask }'),
      'events/x.yml:3: columns.a.pii: "mask" is not known here. Write hash or drop.',
    ],
    [
      column('a: { type: bigint, description: A, pii: hash }'),
      'events/x.yml:3: columns.a is bigint, and a hash is text. Make it a string, or write pii: drop.',
    ],
    [
      'description: A\npii: { a..b: drop }\n',
      'events/x.yml:2: pii: "a..b" has an empty name. A point goes one level down: total.amount. A point that is part of a name stands behind a backslash: total\\.amount',
    ],
    [
      'description: A\npii: { a: mask }\n',
      'events/x.yml:2: pii.a: "mask" is not known here. Write hash or drop.',
    ],
    [
      'description: A\npii: [a]\n',
      'events/x.yml:2: pii must have names and values, such as: contact.email: hash',
    ],
  ])('%j', (text, says) => {
    expect(eventFaults({ x: text })).toEqual([says]);
  });

  test('that is hashed in every event fills no column but text', () => {
    expect(
      eventFaults({
        one: 'description: A\ncolumns:\n  a: { type: bigint, description: A, from: [number, Phone] }\n  b: { type: string, description: B, from: phone }\n',
        two: 'description: B\ncolumns:\n  a: { from: context.traits.e-mail }\n',
      }),
    ).toEqual([
      'events/one.yml:3: columns.a is bigint and is read from Phone, which is hashed where personal data is protected. A hash is text: make it a string.',
      'events/two.yml:3: columns.a is bigint and is read from context.traits.e-mail, which is hashed where personal data is protected. A hash is text: make it a string.',
    ]);
  });

  test('that a name tells fills no other either, at any depth and in lists, but for true and false and where it is dropped', () => {
    const of = (name: string, type: string, from: string): string =>
      `  ${name}: { type: ${type}, description: It, from: ${from} }\n`;
    const text = [
      'description: A\ncolumns:\n',
      of('a', 'bigint', 'contact.phone'),
      of('b', 'array<bigint>', 'context.app.ip'),
      of('c', 'double', 'billing_phone.prefix'),
      of('has_phone', 'boolean', 'contact.phone'),
      of('d', 'bigint', 'contact.telephone').replace(' }', ', pii: drop }'),
      of('e', 'bigint', 'shipping.tip'),
      of('f', 'array<string>', 'contact.emails'),
      of('g', 'array<boolean>', 'contact.phones'),
      '  h:\n    type: array<struct>\n    description: It\n    from: people\n    fields:\n',
      '      mail: { type: string, from: email }\n      phone: { type: bigint }\n      has_ip: { type: boolean, from: ip }\n',
    ].join('');
    expect(eventFaults({ x: text })).toEqual(
      [
        [3, 'a is bigint', 'contact.phone', 'a string'],
        [4, 'b is array<bigint>', 'context.app.ip', 'array<string>'],
        [5, 'c is double', 'billing_phone.prefix', 'a string'],
        [10, 'g is array<boolean>', 'contact.phones', 'array<string>'],
        [11, 'h.fields.phone is bigint', 'people.phone', 'a string'],
      ].map(
        ([line, column, from, better]) =>
          `events/x.yml:${line}: columns.${column} and is read from ${from}, which is hashed where personal data is protected. A hash is text: make it ${better}.`,
      ),
    );
  });

  test('of a column is protected in all types, of a file in its own', () => {
    const { eventTypes, columns } = compiled({
      a: column('mail: { type: string, description: Mail, pii: hash }'),
      b: 'description: B\ncolumns:\n  mail: { from: context.traits.mail }\npii: { contact.name: drop }\n',
    });
    expect(columns).toMatchObject([{ name: 'mail', pii: 'hash' }]);
    expect(eventTypes[1]?.pii).toEqual([{ in: 'properties', path: ['contact', 'name'], protection: 'drop' }]);
  });
});

test('all faults of all files are told at once, by file and line', () => {
  expect(
    eventFaults({
      b: 'description: B\ncolumns:\n  one: { type: strng, description: X }\n  two: { type: bool, description: Y }\n',
      a: 'name: A\n',
    }),
  ).toEqual([
    'events/a.yml:1: the file needs a description: what happened, in a sentence.',
    'events/b.yml:3: columns.one.type: "strng" is not a type. Did you mean "string"?',
    'events/b.yml:4: columns.two.type: "bool" is not a type. Write boolean.',
  ]);
});

test('there are not more than 200 event types and 500 columns', () => {
  const files = Object.fromEntries(
    Array.from({ length: 201 }, (_, n) => [
      `e${n}`,
      `description: E\ncolumns:\n${[0, 1, 2].map((c) => `  c${n}_${c}: { type: string, description: C }\n`).join('')}`,
    ]),
  );
  expect(eventFaults(files)).toEqual([
    'events/: there are 201 event types, and 200 are the most.',
    'events/: there are 603 columns, and 500 are the most.',
  ]);
});
