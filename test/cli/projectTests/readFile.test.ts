import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findTests } from '../../../cli/projectTests/find.ts';
import { projectFolder } from '../../../compiler/folder.ts';
import { temporaryFolder } from '../../helpers/rawLines.ts';

/** A project with these files, by their path. */
const projectWith = (files: Readonly<Record<string, string>>): string => {
  const project = temporaryFolder();
  for (const folder of ['tests', 'queries/checks']) mkdirSync(join(project, folder), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
  return project;
};

const readOne = (text: string, others: Readonly<Record<string, string>> = {}) => {
  const [first] = findTests(projectWith({ 'tests/a.yml': text, ...others }), []);
  if (first === undefined) throw new Error('no test was found');
  return first;
};

const SEND = 'send: [{ event_id: a, event_name: x, event_time: 2026-11-01T10:00:00Z }]';
const EXPECT = 'expect: [{ query: SELECT event_id FROM events, rows: [] }]';

describe('a right file', () => {
  test('is the one that the guide shows', () => {
    const [, example = ''] = readFileSync('docs/guides/testing.md', 'utf8').split(/```(?:yaml)?\n/);
    expect(readOne(example)).toMatchObject({
      events: [{ source: 'test' }, {}],
      expect: [{ ordered: false }],
    });
  });

  test('sends each event by itself and whole: numbers and dates keep their text, the source picks the key', () => {
    const { events } = readOne(`description: d
source: web
send:
  - &first { event_id: 7, event_time: 2026-11-01T10:00:00Z, properties: { price: 1.10, day: 2026-11-01, none: null } }
  - *first
  - { timestamp: 2026-11-01, source: till, properties: { big: 12345678901234567890, list: [a, 1e400] } }
${EXPECT}`);
    expect(events.map(({ source, line, text }) => [source, line, text])).toEqual([
      [
        'web',
        4,
        '{"event_id":7,"event_time":"2026-11-01T10:00:00Z","properties":{"price":1.10,"day":"2026-11-01","none":null}}',
      ],
      [
        'web',
        4,
        '{"event_id":7,"event_time":"2026-11-01T10:00:00Z","properties":{"price":1.10,"day":"2026-11-01","none":null}}',
      ],
      ['till', 6, '{"timestamp":"2026-11-01","properties":{"big":12345678901234567890,"list":["a",1e400]}}'],
    ]);
    expect(events.every(({ alone }) => alone)).toBe(true);
  });

  test('sends the lines of a file as they are', () => {
    const { events } = readOne(`description: d\nsendFile: r.ndjson\n${EXPECT}`, {
      'tests/r.ndjson': '{ "event_id": "a", "n": 1.10 }\r\n\nnot JSON\n',
    });
    expect(events).toEqual([
      {
        text: '{ "event_id": "a", "n": 1.10 }',
        source: 'test',
        file: 'tests/r.ndjson',
        line: 1,
        alone: false,
      },
      { text: 'not JSON', source: 'test', file: 'tests/r.ndjson', line: 3, alone: false },
    ]);
  });

  test('says in the query whether rows have an order: of the result, not of a part of it', () => {
    const queries = [
      'SELECT a FROM t ORDER BY 1',
      'WITH t AS (SELECT 1 AS a) SELECT a FROM t ORDER BY a DESC LIMIT 3;',
      'SELECT a FROM t UNION ALL SELECT 2 ORDER BY 1',
      'SELECT row_number() OVER (ORDER BY a) AS n FROM t',
      'SELECT a FROM (SELECT a FROM t ORDER BY 1 LIMIT 2)',
      "SELECT 'x ORDER BY y' AS a -- ORDER BY",
    ];
    const { expect: expectations } = readOne(
      `description: d\n${SEND}\nexpect:\n${queries.map((sql) => `  - { query: ${JSON.stringify(sql)}, rows: [] }\n`).join('')}`,
    );
    expect(expectations.map(({ ordered }) => ordered)).toEqual([true, true, true, false, false, false]);
    expect(expectations[1]?.query).toMatch(/LIMIT 3$/);
  });

  test('is each of those that this project has', () => {
    // A project may have none.
    expect(() => findTests(projectFolder(), [])).not.toThrow(/\.yml/);
  });
});

const faultsOf = (text: string): string[] => {
  try {
    readOne(text, { 'queries/checks/lateOrders.sql': 'SELECT 1' });
    return [];
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
};

describe('a wrong file is answered with its line, and with what to write', () => {
  test.each<[what: string, text: string, says: string[]]>([
    [
      'nothing needed is there',
      'send: []\n',
      [
        'tests/a.yml:1: the file needs "description". docs/guides/testing.md has an example.',
        'tests/a.yml:1: the file needs "expect". docs/guides/testing.md has an example.',
      ],
    ],
    [
      'a misspelled name',
      `description: d\n${SEND}\nexpects: []\n${EXPECT}`,
      ['tests/a.yml:3: the file: "expects" is not known here. Did you mean "expect"?'],
    ],
    [
      'a clock',
      `description: d\nnow: 2026-11-02T00:00:00Z\n${SEND}\n${EXPECT}`,
      [
        'tests/a.yml:2: now: a test has no clock of its own, because the functions run on that of this machine. Leave it out: event_time decides the day.',
      ],
    ],
    [
      'no events',
      `description: d\n${EXPECT}`,
      [
        'tests/a.yml:1: the file needs "send", such as: send: [{ event_id: e-1, event_name: order_completed, event_time: 2026-11-01T10:00:00Z }], or "sendFile" with the name of a file of JSON lines.',
      ],
    ],
    [
      'another name for the time',
      `description: d\nsend:\n  - event_id: a\n    occurred_at: 2026-11-01T10:00:00Z\n${EXPECT}`,
      [
        'tests/a.yml:4: send[0] needs event_time, such as: event_time: 2026-11-01T10:00:00Z. "occurred_at" would be a property.',
      ],
    ],
    [
      'a name twice, in an event that is repeated',
      `description: d\nsend:\n  - &a { event_time: 2026-11-01, event_id: 1, event_id: 2 }\n  - *a\n${EXPECT}`,
      [
        'tests/a.yml:3: send[0]: "event_id" stands here and in line 3. Leave one of them.',
        'tests/a.yml:3: send[1]: "event_id" stands here and in line 3. Leave one of them.',
      ],
    ],
    [
      'a number that JSON has not',
      `description: d\nsend: [{ event_time: 2026-11-01, properties: { n: 0x1F } }]\n${EXPECT}`,
      [
        'tests/a.yml:2: send[0].properties.n: JSON has no number 0x1F. Write it in decimal digits, or in quotes if it is a text.',
      ],
    ],
    [
      'a file that is not there',
      `description: d\nsendFile: r.ndjson\n${EXPECT}`,
      ['tests/a.yml:2: sendFile: there is no file r.ndjson beside the test.'],
    ],
    [
      'a query that cannot be read',
      `description: d\n${SEND}\nexpect: [{ query: SELEC 1, rows: [] }]`,
      ["tests/a.yml:3: expect[0].query cannot be read as a SELECT: line 1:1: mismatched input 'SELEC'."],
    ],
    [
      'no rows',
      `description: d\n${SEND}\nexpect:\n  - query: SELECT 1 AS n`,
      [
        'tests/a.yml:4: expect[0] needs "query" and "rows", such as: { query: SELECT order_id FROM order_completed, rows: [{ order_id: o-1 }] }',
      ],
    ],
    [
      'a check that there is not',
      `description: d\n${SEND}\n${EXPECT}\nfailingChecks: [lateOrder]`,
      ['tests/a.yml:4: failingChecks: there is no queries/checks/lateOrder.sql. Did you mean "lateOrders"?'],
    ],
    [
      'a rejection without its reason',
      `description: d\n${SEND}\nrejected: [{ event_id: a }]\n${EXPECT}`,
      [
        'tests/a.yml:3: rejected[0] needs "event_id" and "reason", such as: { event_id: e-1, reason: contract_violation }',
      ],
    ],
    [
      'a list instead of names',
      '- description: d\n',
      [
        'tests/a.yml:1: the file must have names and values, such as: description: An order sent twice counts once',
      ],
    ],
    [
      'a place of a list in which nothing stands',
      `description: d\n${SEND}\nexpect:\n  - query: SELECT 1 AS n\n    rows:\n      -\n`,
      ['tests/a.yml:5: expect[0].rows[0] is empty.'],
    ],
    [
      'a test that sends nothing',
      `description: d\nsend: []\n${EXPECT}`,
      ['tests/a.yml:2: the file sends no event. Write at least one.'],
    ],
    [
      'a test that asks nothing',
      `description: d\n${SEND}\nexpect: []`,
      [
        'tests/a.yml:3: expect is empty, so nothing is tested. Write at least one: [{ query: SELECT order_id FROM order_completed, rows: [{ order_id: o-1 }] }]',
      ],
    ],
    ['an empty file', '', ['tests/a.yml: is empty. Write what it is for, or delete it.']],
  ])('%s', (_, text, says) => {
    expect(faultsOf(text)).toEqual(says);
  });

  test('a file that is named is the one of the project, also where the caller has another of that name', () => {
    const project = projectWith({ 'tests/daily_sales.yml': `description: ours\n${SEND}\n${EXPECT}` });
    expect(findTests(project, ['tests/daily_sales.yml'])).toMatchObject([{ description: 'ours' }]);
  });

  test('and where there are no tests, an example is shown that is right', () => {
    const empty = temporaryFolder();
    let next = '';
    try {
      findTests(empty, []);
    } catch (error) {
      next = error instanceof Error && 'next' in error ? String(error.next) : '';
    }
    const [, example = ''] = next.split('\n\n');
    expect(readOne(example).events).toHaveLength(1);
  });
});
