import { readFileSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEngine, parseQuery, translateStatement, hiveType as trinoOf } from 'headrace-trino';
import { eventsTable } from '../../src/tables/tables.ts';
import { hiveType } from '../../src/tables/types.ts';
import { describeFile, filled } from '../helpers/queries.ts';

/** What each warning finds, as the local Athena reads it, and which columns it reads for that. */

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await createEngine({ folders: [] })).connect();
});
afterAll(() => connection.closeSync());

const textOf = (name: string): string => readFileSync(`queries/warnings/${name}.sql`, 'utf8');

const fromTable = eventsTable.columns.map(({ name, type }) => ({ name, type: trinoOf(hiveType(type)) }));
const partition = eventsTable.partitionKeys.map(({ name, type }) => ({
  name,
  type: trinoOf(hiveType(type)),
  partition: true,
}));

const translated = (sql: string) =>
  translateStatement(parseQuery(sql), {
    table: () => ({ database: 'headrace_test', name: 'events', columns: [...fromTable, ...partition] }),
    database: 'headrace_test',
    now: new Date('2026-11-01T12:00:00.000Z'),
  });

/** Rows of the table events; received at the beginning of its hour unless it says when. */
type Row = readonly [source: string, id: string, hour: string, received?: string, name?: string];

const ask = async (sql: string, rows: readonly Row[]) => {
  const query = translated(sql);
  const values = rows.map(([source, id, hour, received = `${hour}:00`, name = 'page_view']) => {
    const [dt, hr] = hour.split('T');
    return `('${source}', '${id}', '${dt}', '${hr}', '${name}', TIMESTAMP '${received}')`;
  });
  const names = 'source, event_id, dt, hr, event_name, received_at';
  for (const { id } of query.scans)
    await connection.run(
      `CREATE OR REPLACE TEMP VIEW ${id} AS SELECT * FROM (VALUES ${values.join(', ')}) AS events(${names})`,
    );
  const reader = await connection.runAndReadAll(query.sql);
  return reader
    .getRowsJson()
    .map((row) => Object.fromEntries(row.map((value, at) => [query.columns[at]?.name ?? '', value])));
};

const inTwoHours = (...rows: readonly Row[]) =>
  ask(filled(textOf('eventIdInTwoHours'), ['2026-11-01']), rows);

describeFile('queries/warnings/namesWithIds.sql', () => {
  const named = (source: string, name: (index: number) => string, count: number): Row[] =>
    Array.from({ length: count }, (_, index) => [
      source,
      `${source}-${index}`,
      '2026-11-01T05',
      '2026-11-01T05:00',
      name(index),
    ]);
  const withIds = (...rows: readonly Row[]) => ask(filled(textOf('namesWithIds'), ['2026-11-01']), rows);

  test('finds names that are alike but for digits and hexadecimal ids, with one as an example', async () => {
    const found = await withIds(
      ...named('web', (index) => `view /product/${4_711 + index}`, 30),
      ...named('app', (index) => `open ${(index + 0xdeadbeef).toString(16)}-${index}`, 20),
      ['web', 'w', '2026-11-01T06', '2026-11-01T06:00', 'view /product/4711'],
    );
    expect(found).toMatchObject([
      { source: 'web', pattern: 'view /product/#', names: '30', events: '31', example: 'view /product/4711' },
      { source: 'app', pattern: 'open #-#', names: '20' },
    ]);
  });

  test('leaves a few numbered steps, and many names of words, alone', async () => {
    const word = (index: number) => `event_${String.fromCharCode(97 + (index % 26), 97 + (index % 25))}`;
    expect(await withIds(...named('web', (index) => `step_${index}`, 19), ...named('app', word, 50))).toEqual(
      [],
    );
  });
});

describeFile('queries/warnings/eventIdInTwoHours.sql', () => {
  test('counts the ids of each source that stand in more than one hour, most first, with one as an example', async () => {
    const found = await inTwoHours(
      ['app', 'a-1', '2026-11-01T05'],
      ['app', 'a-1', '2026-11-01T06'],
      ['web', 'w-2', '2026-11-01T05'],
      ['web', 'w-2', '2026-11-01T06'],
      ['web', 'w-1', '2026-11-01T07'],
      ['web', 'w-1', '2026-11-01T09'],
      ['web', 'w-1', '2026-11-01T08'],
      ['web', 'w-3', '2026-11-01T05'],
    );
    expect(found).toEqual([
      {
        source: 'web',
        ids: '2',
        extra_rows: '3',
        example: 'w-1',
        first_hour: '2026-11-01T07',
        last_hour: '2026-11-01T09',
      },
      {
        source: 'app',
        ids: '1',
        extra_rows: '1',
        example: 'a-1',
        first_hour: '2026-11-01T05',
        last_hour: '2026-11-01T06',
      },
    ]);
  });

  test('finds an id whose other hour lies in the day before or after', async () => {
    const found = await inTwoHours(
      ['web', 'before', '2026-10-31T23'],
      ['web', 'before', '2026-11-01T00'],
      ['web', 'same hour of the next day', '2026-11-01T05'],
      ['web', 'same hour of the next day', '2026-11-02T05'],
    );
    expect(found).toMatchObject([{ ids: '2', example: 'before', first_hour: '2026-10-31T23' }]);
  });

  test('is silent about ids of which no copy stands in a day that changed: an earlier run has told of them', async () => {
    expect(await inTwoHours(['web', 'e', '2026-10-31T05'], ['web', 'e', '2026-10-31T06'])).toEqual([]);
    expect(await inTwoHours(['web', 'e', '2026-10-31T05'], ['web', 'e', '2026-11-02T06'])).toEqual([]);
  });

  test('is silent about an id that two sources have, and about one that stands in one hour only', async () => {
    expect(
      await inTwoHours(
        ['web', 'e', '2026-11-01T05'],
        ['app', 'e', '2026-11-01T06'],
        ['web', 'f', '2026-11-01T05'],
      ),
    ).toEqual([]);
  });

  test('does not look further than a day: that would be the whole table', async () => {
    expect(await inTwoHours(['web', 'e', '2026-11-01T05'], ['web', 'e', '2026-11-03T05'])).toEqual([]);
  });

  test('names ten sources at most', async () => {
    const rows = Array.from({ length: 12 }, (_, at): Row[] => [
      [`s${at}`, 'e', '2026-11-01T05'],
      [`s${at}`, 'e', '2026-11-01T06'],
    ]).flat();
    expect(await inTwoHours(...rows)).toHaveLength(10);
  });
});

describeFile('queries/warnings/eventIdInTwoHours.sql', () => {
  // Over the days that changed and their neighbours, run after run: no wide column may slip in.
  test('eventIdInTwoHours reads two columns of the files, and the partitions its days name', () => {
    const { scans } = translated(filled(textOf('eventIdInTwoHours'), ['2026-11-01']));
    expect(scans).toHaveLength(1);
    expect(scans.map(({ used }) => [...used].sort())).toEqual([['dt', 'event_id', 'hr', 'source']]);
  });
});

const daysAgo = (days: number): string => `date_format(current_date - INTERVAL '${days}' DAY, '%Y-%m-%d')`;

describeFile('queries/examples/eachIdOnce.sql', () => {
  test('the example eachIdOnce counts an id on the day of the copy that was received first, and on no other', async () => {
    const sql = readFileSync('queries/examples/eachIdOnce.sql', 'utf8')
      .replace(daysAgo(8), "'2026-10-31'")
      .replace(daysAgo(7), "'2026-11-01'");
    const found = await ask(sql, [
      ['web', 'moved on', '2026-11-01T23', '2026-11-01T23:59'],
      ['web', 'moved on', '2026-11-02T00', '2026-11-02T00:10'],
      ['web', 'moved back', '2026-11-02T00', '2026-11-02T00:30'],
      ['web', 'moved back', '2026-11-01T23', '2026-11-02T00:40'],
      ['web', 'from before the days', '2026-10-31T23'],
      ['web', 'from before the days', '2026-11-01T00'],
      ['web', 'once', '2026-11-02T05'],
      ['app', 'once', '2026-11-02T06'],
    ]);
    expect(found).toEqual([
      { dt: '2026-11-01', event_name: 'page_view', events: '1' },
      { dt: '2026-11-02', event_name: 'page_view', events: '3' },
    ]);
  });
});
