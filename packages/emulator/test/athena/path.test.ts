import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { addPartition, createTable, JSON_SERDE, PARQUET } from '../../src/testing/athenaEmulator.ts';
import { onceAthena } from './support.ts';

/** Athena's pseudo column `"$path"`: the file that a row is in. */

const stage = onceAthena();
const columns = { event_id: 'string' };

beforeAll(async () => {
  await createTable(stage, 'events', PARQUET, 's3://lake/events/', columns, { dt: 'string', hr: 'string' });
  for (const hr of ['05', '06']) {
    await stage.parquet(`events/hr=${hr}/a.parquet`, `SELECT 'e${hr}' AS event_id`);
    await addPartition(stage, 'events', PARQUET, ['2026-11-01', hr], `s3://lake/events/hr=${hr}/`, columns);
  }
  await createTable(stage, 'raw', JSON_SERDE, 's3://lake/raw/', columns);
  stage.objects.put('lake', 'raw/a.ndjson.gz', gzipSync('{"event_id":"a"}\n{"event_id":"b"}\n'));
  stage.objects.put('lake', 'raw/b.ndjson', Buffer.from('{"event_id":"a"}\n'));
  await createTable(stage, 'empty', JSON_SERDE, 's3://lake/empty/', columns);
}, 60_000);

const A = 's3://lake/raw/a.ndjson.gz';
const B = 's3://lake/raw/b.ndjson';

describe('"$path"', () => {
  test.each([
    [
      'of JSON, zipped or not',
      'SELECT event_id, "$path" FROM raw ORDER BY 2, 1',
      [
        ['a', A],
        ['b', A],
        ['a', B],
      ],
    ],
    [
      'of Parquet',
      'SELECT hr, "$path" FROM events ORDER BY 1',
      [
        ['05', 's3://lake/events/hr=05/a.parquet'],
        ['06', 's3://lake/events/hr=06/a.parquet'],
      ],
    ],
    [
      'of one partition',
      `SELECT "$path" FROM events WHERE hr = '06'`,
      [['s3://lake/events/hr=06/a.parquet']],
    ],
    ['in a condition', `SELECT event_id FROM raw WHERE "$path" LIKE '%/b.ndjson'`, [['a']]],
    [
      'grouped by',
      'SELECT count(*), "$path" AS file FROM raw GROUP BY "$path" ORDER BY 2',
      [
        ['2', A],
        ['1', B],
      ],
    ],
    ['by the name of its table', 'SELECT r."$path" FROM raw AS r (id) WHERE r.id = \'b\'', [[A]]],
    [
      'of both sides of a join',
      `SELECT a."$path", b."$path" FROM raw a JOIN raw b ON a.event_id = b.event_id AND a."$path" < b."$path"`,
      [[A, B]],
    ],
    [
      'from a subquery that passes it on',
      'SELECT file FROM (SELECT event_id, "$path" AS file FROM raw) WHERE event_id = \'b\'',
      [[A]],
    ],
    ['of a table without files', 'SELECT "$path" FROM empty', []],
  ])('is there %s', async (_what, sql, expected) => {
    expect((await stage.rows(sql)).slice(1)).toEqual(expected);
  });

  test('is called as it is written', async () => {
    expect((await stage.rows('SELECT "$path" FROM raw LIMIT 1'))[0]).toEqual(['$path']);
  });

  test('is not in *, nor in what a subquery does not pass on', async () => {
    expect((await stage.rows('SELECT * FROM raw LIMIT 1'))[0]).toEqual(['event_id']);
    expect((await stage.rows('SELECT r.* FROM raw r LIMIT 1'))[0]).toEqual(['event_id']);
    expect(await stage.reason('SELECT "$path" FROM (SELECT * FROM raw)')).toMatch(/COLUMN_NOT_FOUND/);
  });

  test('counts as nothing scanned beside the columns', async () => {
    const bytes = async (sql: string) => (await stage.run(sql)).Statistics;
    const { DataScannedInBytes: plain } = (await bytes('SELECT event_id FROM raw')) as Record<string, number>;
    const { DataScannedInBytes: withPath } = (await bytes('SELECT event_id, "$path" FROM raw')) as Record<
      string,
      number
    >;
    expect(withPath).toBe(plain);
  });

  test('is no column of information_schema', async () => {
    expect(await stage.reason('SELECT "$path" FROM information_schema.tables')).toMatch(/COLUMN_NOT_FOUND/);
  });
});
