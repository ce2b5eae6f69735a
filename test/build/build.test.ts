import '../helpers/shop.ts';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { buildLines, buildObjects, HOUR, line, parquetRows, rawObject } from '../helpers/rawLines.ts';

const numbers = [
  '9007199254740993',
  '-9223372036854775808',
  '18446744073709551615',
  '123456789012345678901234567890',
  '0.1000000000000000055',
  '1e400',
  '-0.0',
];

const rejectedRows = (path: string | undefined): Record<string, unknown>[] =>
  path === undefined
    ? []
    : gunzipSync(readFileSync(path))
        .toString()
        .trimEnd()
        .split('\n')
        .map((row) => JSON.parse(row));

describe('the build', () => {
  test.each(['fast', 'exact'])(
    'keeps every digit and character of properties and context on the %s path',
    async (path) => {
      const properties = `{"n":[${numbers.join(',')}],"text":"\\u0000 \\u00e9 \\/ 😀","a.b":1,"Key":1,"key":2,"key":3, "space" : 1 }`;
      const context = `{"page":{"url":"x"},"id":18446744073709551615}`;
      const bad = path === 'exact' ? ['no json'] : [];
      const built = await buildLines(line({ properties, context }), ...bad);
      expect(await parquetRows(built.parquetPath, 'SELECT properties, context FROM $1')).toEqual([
        { properties, context },
      ]);
    },
  );

  test('keeps strings of 400 KB, deep nesting, NUL characters and emoji', async () => {
    const long = 'ä'.repeat(200_000);
    const deep = `${'['.repeat(60)}1${']'.repeat(60)}`;
    const built = await buildLines(
      line({ event_id: 'long', event_name: 'page_view', properties: `{"title":"${long}"}` }),
      line({ event_id: 'deep', properties: `{"deep":${deep}}` }),
      line({
        event_id: 'nul',
        event_name: 'page_view',
        user_id: 'a\u0000b',
        properties: '{"title":"a\\u0000b😀"}',
      }),
    );
    const rows = await parquetRows(
      built.parquetPath,
      `SELECT event_id, user_id, page_title, properties FROM $1 ORDER BY event_id`,
    );
    expect(rows[0]).toMatchObject({ event_id: 'deep', properties: `{"deep":${deep}}` });
    expect(rows[1]).toMatchObject({ event_id: 'long', page_title: long });
    expect(rows[2]).toMatchObject({ event_id: 'nul', user_id: 'a\u0000b', page_title: 'a\u0000b😀' });
  });

  test('keeps the first received of the events with one id, across objects, whatever their order', async () => {
    const first = line({ event_id: 'x', received_at: `${HOUR}:10:00.100Z`, properties: '{"v":1}' });
    const tie = line({ event_id: 'x', received_at: `${HOUR}:10:00.100Z`, properties: '{"v":2}' });
    const later = line({ event_id: 'x', received_at: `${HOUR}:10:09.000Z`, properties: '{"v":0}' });
    const one = await buildObjects([rawObject('a', [later, tie]), rawObject('b', [first])]);
    const other = await buildObjects([rawObject('a', [first]), rawObject('b', [tie, later])]);
    for (const built of [one, other]) {
      expect(built).toMatchObject({ curated: 1, duplicates: 2, rejected: 0 });
      expect(await parquetRows(built.parquetPath, 'SELECT properties FROM $1')).toEqual([
        { properties: '{"v":1}' },
      ]);
    }
  });

  test('leaves each source its own ids: one that counts 1, 2, 3 deletes nobody else’s events', async () => {
    const lines = ['web', 'till'].map((source) => line({ event_id: '1', source, event_name: 'sold' }));
    const built = await buildObjects([rawObject('a', [...lines, ...lines])]);
    expect(built).toMatchObject({ curated: 2, duplicates: 2, rejected: 0 });
    expect(await parquetRows(built.parquetPath, 'SELECT source FROM $1 ORDER BY 1')).toEqual([
      { source: 'till' },
      { source: 'web' },
    ]);
  });

  test('keeps an envelope text with every control character', async () => {
    const user_id = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('');
    const built = await buildLines(line({ user_id: `${user_id}"/\\é` }));
    expect(built.rejected).toBe(0);
    expect(await parquetRows(built.parquetPath, 'SELECT user_id FROM $1')).toEqual([
      { user_id: `${user_id}"/\\é` },
    ]);
  });

  test('sorts by event name, then time, then id', async () => {
    const at = (event_name: string, time: string, event_id: string) =>
      line({ event_name, event_time: `${HOUR}:${time}.000Z`, event_id });
    const built = await buildLines(
      at('b', '00:01', '1'),
      at('a', '59:59', '2'),
      at('a', '00:00', '4'),
      at('a', '00:00', '3'),
    );
    const rows = await parquetRows(built.parquetPath, 'SELECT event_id FROM $1 ORDER BY file_row_number');
    expect(rows.map((row) => row.event_id)).toEqual(['3', '4', '2', '1']);
  });

  test('keeps the order over many row groups and threads', async () => {
    const lines = Array.from({ length: 300_000 }, (_, n) =>
      line({ event_id: `${(n * 7_919) % 300_007}`, event_name: n % 3 === 0 ? 'page_view' : 'zoom' }),
    );
    const built = await buildObjects([rawObject('a', lines)]);
    const [row] = await parquetRows(
      built.parquetPath,
      `SELECT count(*)::INTEGER AS misplaced FROM (
         SELECT event_name AS a, event_id AS b, lag(event_name) OVER w AS c, lag(event_id) OVER w AS d, file_row_number AS n
         FROM $1 WINDOW w AS (ORDER BY file_row_number)) WHERE n > 0 AND (a < c OR (a = c AND b < d))`,
    );
    expect(row).toEqual({ misplaced: 0 });
  });

  test('rejects lines that are not events of the hour, with reason and origin, and keeps the rest of their file', async () => {
    const good = line({ event_id: 'good' });
    const bad: [string | Buffer, string][] = [
      ['', 'invalid_json'],
      ['{"a":', 'invalid_json'],
      [line({ properties: '{"a":NaN}' }), 'invalid_json'],
      [line({ properties: '{"a":Infinity}' }), 'invalid_json'],
      [line({ properties: '{"a":-Infinity}' }), 'invalid_json'],
      [line({ properties: '{"a":[1,]}' }), 'invalid_json'],
      [line({ properties: '{"a":1,}' }), 'invalid_json'],
      [`${line()}${line()}`, 'invalid_json'],
      ['[1]', 'not_an_object'],
      [line({ event_name: '' }), 'missing_event_name'],
      [line({ event_id: 7 }), 'invalid_event'],
      [line({ user_id: 7 }), 'invalid_event'],
      [line({ extra: 1 }), 'invalid_event'],
      [line({ properties: '[]' }), 'invalid_event'],
      [line({ event_time: '2026-11-01T06:00:00.000Z' }), 'invalid_event_time'],
      [line({ event_time: '2026-11-01 05:00' }), 'invalid_event_time'],
      [line({ properties: '{"a":"\\ud800"}' }), 'invalid_unicode'],
      [Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]), 'invalid_unicode'],
    ];
    for (const [text, reason] of bad) {
      const built = await buildLines(good, text);
      const [row] = rejectedRows(built.rejectedPath);
      expect([built.curated, built.rejected, row?.reason, text]).toEqual([1, 1, reason, text]);
      expect(row?.sequence).toBe('raw/dt=2026-11-01/hr=05/a-n2.ndjson.gz');
      if (typeof text === 'string') expect(row?.raw).toBe(text);
    }
  });

  test('reads an event whose keys are in another order, or nested under the names it is cut at', async () => {
    const inner = '{"a":1,"context":{"x":1},"properties":{"y":2},"schema_version":"1"}';
    const event = { ...JSON.parse(line({ event_id: 'a' })), properties: 1 };
    const { properties: _, ...rest } = event;
    const reordered = JSON.stringify({ properties: { z: 1 }, ...rest });
    const built = await buildLines(line({ event_id: 'b', context: inner, properties: inner }), reordered);
    const rows = await parquetRows(
      built.parquetPath,
      'SELECT event_id, context, properties FROM $1 ORDER BY event_id',
    );
    expect(rows).toEqual([
      { event_id: 'a', context: '{}', properties: '{"z":1}' },
      { event_id: 'b', context: inner, properties: inner },
    ]);
  });

  test('mixes files with and without bad lines, and does not swap their names', async () => {
    const objects = Array.from({ length: 9 }, (_, n) =>
      rawObject(`f${n}`, [
        ...Array.from({ length: n + 1 }, () => line()),
        ...(n % 4 === 1 ? ['bad', '{}'] : []),
      ]),
    );
    const built = await buildObjects(objects);
    expect(built).toMatchObject({ curated: 45, duplicates: 0, rejected: 4 });
    const from = rejectedRows(built.rejectedPath).map((row) => String(row.sequence).slice(-15));
    expect(from).toEqual(['f1-n4.ndjson.gz', 'f1-n4.ndjson.gz', 'f5-n8.ndjson.gz', 'f5-n8.ndjson.gz']);
  });

  test('an hour without a single event is an empty table with all its columns', async () => {
    for (const built of [await buildObjects([]), await buildLines('bad')]) {
      expect(built.curated).toBe(0);
      const rows = await parquetRows(
        built.parquetPath,
        'SELECT count(*)::INTEGER AS n, count(items)::INTEGER AS items FROM $1',
      );
      expect(rows).toEqual([{ n: 0, items: 0 }]);
    }
  });

  test('the same lines give the same bytes', async () => {
    const lines = Array.from({ length: 2_000 }, (_, n) =>
      line({ event_id: `${n}`, properties: `{"n":${n}}` }),
    );
    const one = await buildLines(...lines);
    const other = await buildLines(...lines.toReversed());
    expect(readFileSync(one.files[0]!.path).equals(readFileSync(other.files[0]!.path))).toBe(true);
  });

  test('notes property names with their JSON types by event name, without nulls', async () => {
    const built = await buildLines(
      line({ event_name: 'a', properties: '{"x":1,"y":null,"X":"s","d.o.t":[1]}' }),
      line({ event_name: 'a', properties: '{"x":1.5,"y":{}}' }),
      line({ event_name: 'b', properties: '{"x":true,"n":123456789012345678901234567890}' }),
      line({ event_name: 'c' }),
    );
    expect(built.observed.map(({ eventName, name, type }) => `${eventName}.${name}:${type}`)).toEqual([
      'a.X:string',
      'a.d.o.t:array',
      'a.x:number',
      'a.y:object',
      'b.n:number',
      'b.x:boolean',
    ]);
  });
});
