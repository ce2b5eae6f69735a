import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AthenaEmulator, athenaEmulator } from 'headrace-emulator/testing';
import { catalogOf } from '../../resources/data/catalog.ts';
import { quarantineSql, rawEventsSql } from '../../src/tables/lineViews.ts';
import { quarantineTable, rawEventsTable } from '../../src/tables/tables.ts';
import { catalogParams } from '../helpers/catalogParams.ts';

/** raw_events and quarantine over lines of every kind, as tables and views of the template read them. */

let stage: AthenaEmulator;

const event = (context: string, properties: string): string =>
  [
    `{"event_id":"a","event_name":"order","event_time":"2026-11-01T05:12:07.250Z","received_at":"2026-11-01T05:12:08.250Z"`,
    String.raw`"source":"shop","user_id":null,"anonymous_id":"é\"\u0000","session_id":"s"`,
    `"context":${context},"properties":${properties},"schema_version":"1"}`,
  ].join(',');

const folder = (prefix: string, day: string): string => `${prefix}/dt=${day}/hr=05/`;
let day = 0;

/** Lands the text, alone in its hour, and gives the rows of the view there. */
const rowsOf = async (
  view: 'raw_events' | 'quarantine',
  content: string | Buffer,
  columns: string,
): Promise<(string | undefined)[][]> => {
  day += 1;
  const dt = `2026-01-${String(day).padStart(2, '0')}`;
  const prefix = view === 'raw_events' ? 'raw' : 'quarantine';
  stage.objects.put('lake', `${folder(prefix, dt)}a-n1.ndjson.gz`, gzipSync(content));
  return (await stage.rows(`SELECT ${columns} FROM ${view} WHERE dt = '${dt}'`)).slice(1);
};

/** What the template says of the table, with the bucket's name in it. */
const tableInput = (id: string) => {
  const { Resources } = catalogOf(
    'dev',
    { checks: [], warnings: [], marts: [], views: [], examples: [] },
    { ...catalogParams, rawSince: '2026-01-01' },
  );
  const text = JSON.stringify(Resources[id])
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll(`\${LakeBucket}`, 'lake')
    .replaceAll(`\${!`, `\${`);
  return JSON.parse(text).Properties.TableInput;
};

beforeAll(async () => {
  stage = await athenaEmulator();
  for (const id of ['RawLinesTable', 'QuarantineLinesTable'])
    await stage.glue('CreateTable', { DatabaseName: 'lake', TableInput: tableInput(id) });
  await stage.rows(`CREATE VIEW raw_events AS ${rawEventsSql}`);
  await stage.rows(`CREATE VIEW quarantine AS ${quarantineSql}`);
});
afterAll(() => stage.close());

describe('raw_events', () => {
  test('gives the members of a line as texts, and where it is', async () => {
    const line = event('{"ip":"10.0.0.1"}', '{"revenue":59.90}');
    const [row] = await rowsOf('raw_events', `${line}\n`, '*');
    expect(row).toEqual([
      'a',
      'order',
      '2026-11-01T05:12:07.250Z',
      '2026-11-01T05:12:08.250Z',
      'shop',
      undefined,
      'é"\u0000',
      's',
      '{"ip":"10.0.0.1"}',
      '{"revenue":59.90}',
      '1',
      line,
      's3://lake/raw/dt=2026-01-01/hr=05/a-n1.ndjson.gz',
      '2026-01-01',
      '05',
    ]);
  });

  test('has the columns that its definition in Glue says', async () => {
    const [names] = await stage.rows("SELECT * FROM raw_events WHERE dt = '2026-01-31'");
    expect(names).toEqual(
      [...rawEventsTable.columns, ...rawEventsTable.partitionKeys].map(({ name }) => name),
    );
    const [others] = await stage.rows("SELECT * FROM quarantine WHERE dt = '2026-01-31'");
    expect(others).toEqual(
      [...quarantineTable.columns, ...quarantineTable.partitionKeys].map(({ name }) => name),
    );
  });

  test.each([
    ['digits', '{}', '{"a":1.10,"b":1e400,"c":-0,"d":12345678901234567890.0}'],
    ['spaces and their order', '{}', '{"b" : 1, "a":\t[ ]}'],
    [
      'keys of the envelope inside of both',
      '{"x":1,"properties":{"context":{}},"context":1}',
      '{"y":1,"properties":{"z":0,"properties":2.0},"schema_version":"1"}',
    ],
    ['keys of the envelope inside of properties only', '{}', '{"y":1,"context":{},"properties":{"z":1.50}}'],
    ['such keys within texts', '{"t":",\\"properties\\":{"}', '{"t":"\\",\\"properties\\":"}'],
    ['texts that look like numbers of other dialects', '{"t":"x, nan inf ,}"}', '{"t":"[inf"}'],
    [
      'a key properties with a space behind it, in the context',
      '{"a":1, "properties":2}',
      '{"x":1.50,"properties":{"y":2.00}}',
    ],
    [
      'a key properties that is written with an escape, in the context',
      '{"a":1,"\\u0070roperties":2.0}',
      '{"x":1.50,"properties":{"y":2.00}}',
    ],
    ['letters of every plane', '{"t":"한글🎉"}', '{"ü":"\\ud83c\\udf89"}'],
  ])('keeps %s as they landed', async (_what, context, properties) => {
    const found = await rowsOf(
      'raw_events',
      event(context, properties),
      'context, properties, schema_version',
    );
    expect(found).toEqual([[context, properties, '1']]);
  });

  test('has a row for each line that is not empty, also where it is not JSON', async () => {
    const whole = event('{}', '{}');
    const lines = [
      whole,
      '',
      '\\N',
      'x',
      whole.slice(0, -20),
      `${whole}}`,
      '[1]',
      '"text"',
      '{"event_id":nan}',
      '{"event_id":"b",}',
    ];
    const found = await rowsOf(
      'raw_events',
      `${lines.join('\n')}\n`,
      'event_id, source, context, schema_version, line',
    );
    const none = [undefined, undefined, undefined, undefined];
    const expected = lines
      .filter((line) => line !== '')
      .map((line) => (line === whole ? ['a', 'shop', '{}', '1', line] : [...none, line]));
    const byLine = (a: (string | undefined)[], b: (string | undefined)[]) =>
      (a.at(-1) ?? '') < (b.at(-1) ?? '') ? -1 : 1;
    expect(found.toSorted(byLine)).toEqual(expected.toSorted(byLine));
  });

  test('ends lines where Hive does, and has separators and odd bytes in the line', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffa\r\nb\rc\u0001d\u0002\n\n\\N'), Buffer.from([0xff])]);
    const found = await rowsOf('raw_events', bytes, 'line');
    expect(found.flat().sort()).toEqual(['\\N\ufffd', 'a', 'b', 'c\u0001d\u0002']);
  });

  test.each([
    ['in another order', '{"properties":{"a":[1]},"schema_version":"1","event_id":"a","context":{"b":true}}'],
    [
      'with spaces',
      '{ "event_id": "a", "context": {"b":true}, "properties": {"a":[1]}, "schema_version": "1" }',
    ],
    [
      'with a key of its own',
      '{"event_id":"a","context":{"b":true},"extra":1,"properties":{"a":[1]},"schema_version":"1"}',
    ],
    [
      'with a key behind',
      '{"event_id":"a","context":{"b":true},"properties":{"a":[1]},"extra":{},"schema_version":"1"}',
    ],
    [
      'with a number as its name',
      '{"event_id":"a","event_name":7,"context":{"b":true},"properties":{"a":[1]},"schema_version":"1"}',
    ],
    [
      'with its head nested',
      '{"event_id":"a","extra":{"x":1,"context":{}},"context":{"b":true},"properties":{"a":[1]},"schema_version":"1"}',
    ],
  ])('reads a line of another writer by its keys: %s', async (_what, line) => {
    const found = await rowsOf('raw_events', line, 'event_id, context, properties, schema_version');
    expect(found).toEqual([['a', '{"b":true}', '{"a":[1]}', '1']]);
  });

  test('has NULL for a member that is missing, null, or no text where it is one', async () => {
    const line = '{"event_id":7,"event_name":["x"],"context":null}';
    const found = await rowsOf('raw_events', line, 'event_id, event_name, source, context, properties');
    expect(found).toEqual([['7', undefined, undefined, undefined, undefined]]);
  });

  test('is not asked for what lies before rawSince', async () => {
    stage.objects.put('lake', `${folder('raw', '2025-12-31')}a-n1.ndjson.gz`, gzipSync('x\n'));
    expect(await stage.rows("SELECT count(*) FROM raw_events WHERE dt = '2025-12-31'")).toEqual([
      ['_col0'],
      ['0'],
    ]);
  });
});

describe('quarantine', () => {
  test('gives the members of a line, and a row for one that is not JSON', async () => {
    const row = {
      reason: 'invalid_json',
      detail: 'the line must be JSON',
      raw: '{"a":1.0,\n',
      source: null,
      received_at: '2026-11-01T05:12:08.250Z',
      sequence: '495',
    };
    const line = JSON.stringify(row);
    const found = await rowsOf(
      'quarantine',
      `${line}\n\nnot JSON\n`,
      'reason, detail, raw, source, received_at, sequence, line',
    );
    expect(found).toContainEqual([
      row.reason,
      row.detail,
      row.raw,
      undefined,
      row.received_at,
      row.sequence,
      line,
    ]);
    expect(found).toContainEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'not JSON',
    ]);
    expect(found).toHaveLength(2);
  });
});
