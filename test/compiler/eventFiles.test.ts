import { describe, expect, test } from '@jest/globals';
import { compiled, eventFaults } from '../helpers/ownProject.ts';

/** A file with one column, which is written so. */
const column = (written: string): string => `description: A thing\ncolumns:\n  ${written}\n`;
const typed = (type: string): string => column(`a: { type: ${type}, description: An a }`);
const read = (from: string): string => column(`a: { type: string, description: An a, from: ${from} }`);

const TYPES =
  'Types: string, bigint, double, boolean, timestamp, date, json, decimal(12,2), array<string> and other arrays of these, array<struct>.';

describe('a wrong file is answered with what is wrong and what to write', () => {
  test.each<[what: string, text: string, ...faults: string[]]>([
    ['empty', '', 'events/x.yml: is empty. Write what it is for, or delete it.'],
    ['comments only', '# later\n', 'events/x.yml: is empty. Write what it is for, or delete it.'],
    [
      'a list',
      '- a\n',
      'events/x.yml:1: the file must have names and values, such as: description: An order was placed',
      'events/x.yml:1: the file needs a description: what happened, in a sentence.',
    ],
    [
      'no description',
      'columns:\n',
      'events/x.yml:1: the file needs a description: what happened, in a sentence.',
    ],
    [
      'an empty description',
      'description:\n',
      'events/x.yml:1: description must be a text, and nothing is there.',
    ],
    ['a number', 'description: 12\n', "events/x.yml:1: description: put it in quotes: description: '12'"],
    [
      'a yes or no',
      'description: true\n',
      "events/x.yml:1: description: put it in quotes: description: 'true'",
    ],
    [
      'an unknown key',
      'description: A\ncolums: {}\n',
      'events/x.yml:2: the file: "colums" is not known here. Did you mean "columns"?',
    ],
    [
      'a key that is nothing like any',
      'description: A\nschema: {}\n',
      'events/x.yml:2: the file: "schema" is not known here. Known are: description, name, strict, columns, pii. A text with a comma in it stands in quotes between braces.',
    ],
    [
      'a key twice',
      'description: A\ncolumns: {}\ndescription: B\n',
      'events/x.yml:3: the file: "description" stands here and in line 1. Leave one of them.',
    ],
    [
      'a column twice',
      'description: A\ncolumns:\n  a: { type: string, description: An a }\n  a:\n',
      'events/x.yml:4: columns: "a" stands here and in line 3. Leave one of them.',
    ],
    [
      'a tab',
      'description: A\ncolumns:\n\ta:\n',
      'events/x.yml:3: a tab indents this line. YAML takes spaces only.',
    ],
    [
      'a colon in a text',
      'description: This: that\n',
      'events/x.yml:1: this line cannot be read. A text with ": " in it stands in quotes; names below each other are indented alike.',
    ],
    [
      'a quote that is not closed',
      "description: 'A\n",
      'events/x.yml:2: the closing quote of this text is missing.',
    ],
    [
      'a sign of YAML',
      'description: @home\n',
      'events/x.yml:1: a text that begins with this sign stands in quotes.',
    ],
    [
      'two documents',
      'description: A\n---\ndescription: B\n',
      'events/x.yml:2: "---" begins a second document. Write it into a file of its own.',
    ],
    [
      'a variable of osls',
      `description: In \${currency}\n`,
      `events/x.yml:1: a description must not have "\${" in it.`,
    ],
    [
      'a long description of a column',
      column(`a: { type: string, description: ${'d'.repeat(256)} }`),
      'events/x.yml:3: a description has at most 255 bytes here, this has 256.',
    ],
    [
      'a long name',
      `description: A\nname: ${'n'.repeat(129)}\n`,
      'events/x.yml:2: name: an event name has at most 128 characters.',
    ],
    [
      'columns as a list',
      'description: A\ncolumns: [a]\n',
      'events/x.yml:2: columns must have names and values, such as: order_id: { type: string, description: Order identifier }',
    ],
    [
      'a column as a text',
      column('a: string'),
      'events/x.yml:3: columns.a must have names and values, such as: order_id: { type: string, description: Order identifier }',
    ],
  ])('%s', (_, text, ...faults) => {
    expect(eventFaults({ x: text })).toEqual(faults);
  });
});

describe('a wrong type is answered with the right one', () => {
  test.each([
    ['strng', '"strng" is not a type. Did you mean "string"?'],
    ["'decmal(6,3)'", '"decmal(6,3)" is not a type. Did you mean "decimal"?'],
    ['money', '"money" is not a type. Write decimal(12,2).'],
    ['varchar(20)', '"varchar(20)" is not a type. Write string.'],
    ['number', '"number" is not a type. Write bigint, double or decimal(12,2).'],
    ['object', '"object" is not a type. Write json.'],
    ['array', '"array" is not a type. Write array<string>.'],
    ['quaternion', `"quaternion" is not a type. ${TYPES}`],
    [
      "'decimal(0,0)'",
      '"decimal(0,0)": decimal(12,2) has 12 digits, 2 of them after the point. It takes 1 to 38 digits, and not more of them after the point.',
    ],
    [
      "'decimal(39,2)'",
      '"decimal(39,2)": decimal(12,2) has 12 digits, 2 of them after the point. It takes 1 to 38 digits, and not more of them after the point.',
    ],
    [
      "'decimal(2,3)'",
      '"decimal(2,3)": decimal(12,2) has 12 digits, 2 of them after the point. It takes 1 to 38 digits, and not more of them after the point.',
    ],
    ['decimal', '"decimal" is not a type. Write decimal(12,2).'],
    ['array<strng>', '"strng" is not a type. Did you mean "string"?'],
    [
      'array<array<string>>',
      '"array<array<string>>": an array is of scalars, such as array<string>, or array<struct> with fields. What is nested deeper is json.',
    ],
    [
      'array<json>',
      '"array<json>": an array is of scalars, such as array<string>, or array<struct> with fields. What is nested deeper is json.',
    ],
  ])('%s', (type, says) => {
    expect(eventFaults({ x: typed(type) })).toEqual([`events/x.yml:3: columns.a.type: ${says}`]);
  });

  test('a decimal without quotes between braces is told what it lacks', () => {
    expect(eventFaults({ x: typed('decimal(12,2)') })).toEqual([
      `events/x.yml:3: columns.a: "2)" is not known here. Known are: type, description, from, fields, pii, required, allowed, min, max. A text with a comma in it stands in quotes between braces.`,
      `events/x.yml:3: columns.a.type: between braces this type stands in quotes, for its comma: type: 'decimal(12,2)'`,
    ]);
  });

  test.each([
    ['STRING', 'string'],
    ["'decimal(12, 2)'", 'decimal(12,2)'],
    ['Array<Bigint>', { arrayOf: 'bigint' }],
  ])('%s is taken as it is meant', (type, expected) => {
    expect(compiled({ x: typed(type) }).columns[0]?.type).toEqual(expected);
  });
});

describe('a struct', () => {
  const struct = (fields: string): string => column(`a: { type: array<struct>, description: An a${fields} }`);
  test.each([
    ['', 'columns.a: array<struct> needs fields, such as fields: { sku: { type: string } }'],
    [', fields:', 'columns.a: array<struct> needs fields, such as fields: { sku: { type: string } }'],
    [', fields: {}', 'columns.a: array<struct> needs fields, such as fields: { sku: { type: string } }'],
    [
      ', fields: { sku: string }',
      'columns.a.fields.sku must have names and values, such as: sku: { type: string }',
    ],
    [', fields: { sku: { from: id } }', 'columns.a.fields.sku needs a type.'],
    [
      ', fields: { sku: { type: json } }',
      'columns.a.fields.sku.type: "json": a field of a struct is a scalar. What is nested deeper is json.',
    ],
    [
      ', fields: { sku: { type: array<string> } }',
      'columns.a.fields.sku.type: "array<string>": a field of a struct is a scalar. What is nested deeper is json.',
    ],
    [
      ', fields: { Sku: { type: string } }',
      'columns.a.fields.Sku: a name is lower snake case, letters and digits of ASCII: sku.',
    ],
    [
      ', fields: { sku: { type: strng } }',
      'columns.a.fields.sku.type: "strng" is not a type. Did you mean "string"?',
    ],
    [
      ', fields: { sku: { type: string, pii: hash } }',
      'columns.a.fields.sku: "pii" is not known here. Known are: type, description, from, required, allowed, min, max. A text with a comma in it stands in quotes between braces.',
    ],
  ])('with "%s" is answered', (fields, says) => {
    expect(eventFaults({ x: struct(fields) })).toEqual([`events/x.yml:3: ${says}`]);
  });

  test('of another type than an array has no fields', () => {
    expect(
      eventFaults({ x: column('a: { type: string, description: An a, fields: { b: { type: string } } }') }),
    ).toEqual(['events/x.yml:3: columns.a.fields: only array<struct> has fields.']);
  });
});

describe('a place that a column is read from', () => {
  test.each([
    ['total', { in: 'properties', path: ['total'] }],
    ['total.amount', { in: 'properties', path: ['total', 'amount'] }],
    ['total\\.amount', { in: 'properties', path: ['total.amount'] }],
    ['total\\\\.amount', { in: 'properties', path: ['total\\', 'amount'] }],
    ['context.page.url', { in: 'context', path: ['page', 'url'] }],
    ['context', { in: 'properties', path: ['context'] }],
    ['\\context.page', { in: 'properties', path: ['context', 'page'] }],
    ['context\\.page', { in: 'properties', path: ['context.page'] }],
    ['$Größe', { in: 'properties', path: ['$Größe'] }],
    ["'it''s'", { in: 'properties', path: ["it's"] }],
  ])('%s', (from, place) => {
    expect(compiled({ x: read(from) }).eventTypes[0]?.columns).toEqual({ a: [place] });
  });

  test.each([
    ['', 'columns.a.from must be a text, and nothing is there.'],
    ['[]', 'columns.a.from must not be an empty list.'],
    ["''", 'columns.a.from must be a text, and nothing is there.'],
    ['[a, 12]', "columns.a.from: put it in quotes: - from: '12'"],
    ['{ a: b }', 'columns.a.from must be a text.'],
    ['[a, b, a]', 'columns.a.from: "a" stands here twice.'],
    [
      'a..b',
      'columns.a.from: "a..b" has an empty name. A point goes one level down: total.amount. A point that is part of a name stands behind a backslash: total\\.amount',
    ],
    [
      'context.',
      'columns.a.from: "" has an empty name. A point goes one level down: total.amount. A point that is part of a name stands behind a backslash: total\\.amount',
    ],
    ['a\\', 'columns.a.from: "a\\" ends with a backslash, which takes the next sign as it is.'],
    [
      'a.b.c.d.e.f.g.h.i.j.k',
      'columns.a.from: "a.b.c.d.e.f.g.h.i.j.k" goes 11 levels down; 10 are the most.',
    ],
  ])('is not "%s"', (from, says) => {
    expect(eventFaults({ x: read(from) })).toEqual([`events/x.yml:3: ${says}`]);
  });
});
