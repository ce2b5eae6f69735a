import '../helpers/shop.ts';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildObjects, HOUR, line, parquetRows, rawObject } from '../helpers/rawLines.ts';

const ids = Array.from({ length: 200 }, (_, n) => `id-${n}`);
const event = (event_id: string, received: string, properties = '{}') =>
  line({ event_id, received_at: `${HOUR}:10:${received}.000Z`, properties });

describe('an hour in several parts', () => {
  test('has each id once, though its objects are staged one after the other', async () => {
    const later = rawObject('a', [...ids.map((id) => event(id, '09', '{"later":1}')), 'no json']);
    const first = rawObject(
      'b',
      ids.map((id) => event(id, '01', '{"first":true}')),
    );
    const built = await buildObjects([later, first], HOUR, 4);
    expect(built).toMatchObject({ raw: 401, curated: 200, duplicates: 200, rejected: 1 });
    expect(built.files.map(({ path }) => path.split('/').at(-1))).toEqual([
      'events-0.parquet',
      'events-1.parquet',
      'events-2.parquet',
      'events-3.parquet',
    ]);
    const [row] = await parquetRows(
      built.parquetPath,
      `SELECT count(DISTINCT event_id)::INTEGER AS ids, min(properties) AS least, max(properties) AS most FROM $1`,
    );
    expect(row).toEqual({ ids: 200, least: '{"first":true}', most: '{"first":true}' });
  });

  test('keeps the digits of lines that were read one by one', async () => {
    const exact = event('exact', '01', '{"n":12345678901234567890.10, "text":"NaN"}');
    const built = await buildObjects([rawObject('a', [exact])], HOUR, 2);
    expect(await parquetRows(built.parquetPath, 'SELECT properties FROM $1')).toEqual([
      { properties: '{"n":12345678901234567890.10, "text":"NaN"}' },
    ]);
  });

  test('each is in the order of the table', async () => {
    const lines = ids.map((id, n) =>
      line({ event_id: id, event_name: n % 2 === 0 ? 'zoomed' : 'page_view' }),
    );
    const built = await buildObjects([rawObject('a', lines)], HOUR, 2);
    for (const { path } of built.files) {
      const rows = await parquetRows(path, 'SELECT event_name, event_id FROM $1 ORDER BY file_row_number');
      const order = rows.map(({ event_name, event_id }) => `${event_name} ${event_id}`);
      expect(order).toEqual([...order].sort());
    }
  });

  test('names each new property once, whichever parts it is in', async () => {
    const lines = ids.map((id, n) =>
      event(id, '01', n % 2 === 0 ? '{"size":1}' : '{"color":"red","size":2}'),
    );
    const built = await buildObjects([rawObject('a', lines)], HOUR, 3);
    expect(built.observed.map(({ name, type }) => `${name}:${type}`)).toEqual([
      'color:string',
      'size:number',
    ]);
  });

  test('without any event still has a file, which says of what it was built', async () => {
    const built = await buildObjects([rawObject('a', ['no json', '{}'])], HOUR, 3);
    expect(built).toMatchObject({ raw: 2, curated: 0, rejected: 2 });
    expect(built.files).toMatchObject([{ rows: 0 }]);
    expect(existsSync(built.files[0]!.path)).toBe(true);
  });

  test('leaves nothing on the disk but its files', async () => {
    const built = await buildObjects(
      [
        rawObject(
          'a',
          ids.map((id) => event(id, '01')),
        ),
      ],
      HOUR,
      2,
    );
    expect(
      readdirSync(built.folder, { recursive: true }).filter((name) =>
        /ndjson$|spool.*parquet$/.test(String(name)),
      ),
    ).toEqual([]);
  });
});
