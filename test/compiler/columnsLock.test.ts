import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isBuildServer, keepColumnsLock } from '../../compiler/columnsLock.ts';
import { compileEventsOf } from '../../compiler/events/compile.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'headrace-project-'));
  mkdirSync(join(project, 'events'));
  for (const [kind, name] of [
    ['marts', 'daily_things'],
    ['views', 'good_things'],
  ] as const) {
    mkdirSync(join(project, 'queries', kind), { recursive: true });
    writeFileSync(join(project, 'queries', kind, `${name}.sql`), 'SELECT 1 AS n');
  }
});
afterEach(() => rmSync(project, { recursive: true }));

const put = (name: string, text: string | Buffer): void => writeFileSync(join(project, 'events', name), text);
const lock = (): string => readFileSync(join(project, 'events/columns.lock.json'), 'utf8');
const file = (...columns: string[]): string =>
  ['description: A thing', 'columns:', ...columns.map((one) => `  ${one}, description: It }`), ''].join('\n');
const compile = () => compileEventsOf(project);

const first = `{
  "eventTypes": [
    "m"
  ],
  "columns": [
    { "name": "size", "type": "bigint" },
    { "name": "lines", "type": "array<struct<sku:string,price:decimal(12,2)>>" }
  ]
}
`;
const lines =
  'lines: { type: array<struct>, fields: { sku: { type: string }, price: { type: "decimal(12,2)" } }';

describe('the lock of the columns', () => {
  beforeEach(() => {
    put('m.yml', file('size: { type: bigint', lines));
    keepColumnsLock(project, true);
  });

  test('has the columns in the order of their files, a line each', () => {
    expect(lock()).toBe(first);
  });

  test('takes new columns and event types at its end, whatever the names of their files are', () => {
    put('a.yml', file('size: { type: bigint', 'color: { type: string'));
    put('z.yml', file('weight: { type: double'));
    expect(keepColumnsLock(project, true)).toEqual(['color', 'weight']);
    const { eventTypes, columns } = compile();
    expect(columns.map(({ name }) => name)).toEqual(['size', 'lines', 'color', 'weight']);
    expect(eventTypes.map(({ name }) => name)).toEqual(['m', 'a', 'z']);
  });

  test('gives the same order before it is written as after it', () => {
    put('a.yml', file('color: { type: string'));
    const before = compile();
    keepColumnsLock(project, true);
    expect(compile()).toEqual({ ...before, newLock: undefined });
  });

  test('stays as it is while it says what is there, however it is formatted', () => {
    const compact = JSON.stringify(JSON.parse(first));
    put('columns.lock.json', compact);
    expect(keepColumnsLock(project, true)).toEqual([]);
    expect(lock()).toBe(compact);
  });

  test('is not written by what only reads the project', () => {
    put('a.yml', file('color: { type: string'));
    compile();
    expect(lock()).toBe(first);
  });

  test('must be right on a build server, which would throw it away', () => {
    put('a.yml', file('color: { type: string'));
    expect(() => keepColumnsLock(project, false)).toThrow(
      'events/columns.lock.json: does not have color yet. Run "npm run package" on your machine and commit this file.',
    );
    expect(lock()).toBe(first);
    put('a.yml', file('size: { type: bigint'));
    expect(() => keepColumnsLock(project, false)).toThrow(
      'events/columns.lock.json: lists other event types than there are. Run "npm run package" on your machine and commit this file.',
    );
  });

  test('lets a file go whose columns others have', () => {
    put('a.yml', file('size: { type: bigint'));
    keepColumnsLock(project, true);
    rmSync(join(project, 'events/a.yml'));
    expect(keepColumnsLock(project, true)).toEqual([]);
    expect(lock()).toBe(first);
  });

  test('refuses another type, with what to do', () => {
    put('m.yml', file('size: { type: double', lines));
    expect(compile).toThrow(
      'events/m.yml:3: columns.size was bigint and is double now. Athena could not read the hours that are built beside new ones. Put bigint back and give the new type a column of another name, such as size_2; after the deployment "headrace backfill --force" fills it for the hours that are there. If nothing was ever deployed with it, delete its line in events/columns.lock.json.',
    );
  });

  test.each([
    ['a field less', 'lines: { type: array<struct>, fields: { sku: { type: string } }'],
    ['a field more', lines.replace('fields: {', 'fields: { id: { type: string },')],
    [
      'fields in another order',
      'lines: { type: array<struct>, fields: { price: { type: "decimal(12,2)" }, sku: { type: string } }',
    ],
  ])('refuses a struct with %s', (_, changed) => {
    put('m.yml', file('size: { type: bigint', changed));
    expect(compile).toThrow('columns.lines was array<struct<sku:string,price:decimal(12,2)>> and is');
  });

  test('refuses a column that has vanished, with what to do', () => {
    put('m.yml', file('size: { type: bigint'));
    expect(compile).toThrow(
      'events/columns.lock.json:7: no file of events/ has the column lines any more. Put it back: hours that are built have it, and without it in the table nobody can ask for it. If nothing was ever deployed with it, delete this line.',
    );
  });

  test.each(['<<<<<<< HEAD\n', '{}', '[]', '{"eventTypes":[],"columns":{}}'])(
    'that says %j is not read as none',
    (text) => {
      put('columns.lock.json', text);
      expect(compile).toThrow(
        'events/columns.lock.json: cannot be read. Take the version of the main branch; npm run package adds what is new to its end.',
      );
    },
  );
});

describe('the folder events/', () => {
  test('may be empty, or not be there', () => {
    expect(compile()).toMatchObject({ eventTypes: [], columns: [], newLock: undefined });
    rmSync(join(project, 'events'), { recursive: true });
    expect(compile()).toMatchObject({ eventTypes: [], columns: [], newLock: undefined });
    expect(keepColumnsLock(project, false)).toEqual([]);
    expect(existsSync(join(project, 'events'))).toBe(false);
  });

  test.each<[what: string, name: string, text: string | Buffer, says: string]>([
    [
      'UTF-16',
      'a.yml',
      Buffer.from('\ufeffdescription: A\n', 'utf16le'),
      'events/a.yml: is not UTF-8. Save it as UTF-8.',
    ],
    [
      'Latin-1',
      'a.yml',
      Buffer.from('description: Größe\n', 'latin1'),
      'events/a.yml: is not UTF-8. Save it as UTF-8.',
    ],
    [
      'another ending',
      'a.yaml',
      'description: A\n',
      'events/a.yaml: must end in .yml: rename it to events/a.yml',
    ],
    [
      'the name of a mart',
      'daily_things.yml',
      'description: A\n',
      'events/daily_things.yml: the view of an event type is called like its file, and there is a mart "daily_things". Rename the file; the name of its events stands in it: name: daily_things',
    ],
    [
      'the name of a view',
      'good_things.yml',
      'description: A\n',
      'events/good_things.yml: the view of an event type is called like its file, and there is a view "good_things". Rename the file; the name of its events stands in it: name: good_things',
    ],
  ])('has no file that is %s', (_, name, text, says) => {
    put(name, text);
    expect(compile).toThrow(says);
  });

  test('has no folders', () => {
    mkdirSync(join(project, 'events/shop'));
    expect(compile).toThrow('events/shop: is a folder. The files stand in events/ itself.');
  });

  test('takes a byte order mark, and leaves other files alone', () => {
    put('a.yml', '\ufeffdescription: A\n');
    put('README.md', '# Ours');
    put('.DS_Store', '');
    put('a.yml~', 'x');
    expect(compile().eventTypes.map(({ view }) => view)).toEqual(['a']);
  });
});

test.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['0', false],
  ['true', true],
  ['1', true],
  ['woodpecker', true],
])('CI=%s is a build server: %s', (value, expected) => {
  expect(isBuildServer(value === undefined ? {} : { CI: value })).toBe(expected);
});
