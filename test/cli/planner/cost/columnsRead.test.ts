import '../../../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { bytesRead } from '../../../../cli/planner/cost/columnBytes.ts';
import { runQueryOf } from '../../../../cli/planner/runQueries.ts';
import { compileQueries } from '../../../../compiler/sql/compile.ts';
import { projectOf } from '../../../helpers/queries.ts';

const columnsRead = (sql: string): string[][] => {
  const { examples } = compileQueries(projectOf({ 'examples/e.sql': `-- An example.\n${sql}` }));
  return examples.flatMap((example) => runQueryOf(example).scans);
};

describe('the columns that a query is reckoned to read', () => {
  test.each([
    [
      'those it names, be it only to choose rows',
      `SELECT source FROM events WHERE user_id = 'u'`,
      ['source', 'user_id'],
    ],
    ['those of a partition not: they stand in no file', 'SELECT dt, count(*) FROM events GROUP BY dt', []],
    ['a nested one whole', 'SELECT items[1].price FROM events', ['items']],
  ])('are %s', (_what, sql, columns) => {
    expect(columnsRead(sql)).toEqual([columns]);
  });

  test('count for each time the table is read', () => {
    const sql = 'SELECT a.event_id FROM events a JOIN events b ON a.event_id = b.event_id AND b.revenue > 1';
    expect(columnsRead(sql)).toEqual([['event_id'], ['event_id', 'revenue']]);
  });

  test('are none of other tables, those of a view one by one, and all where the types are said by hand', () => {
    expect(columnsRead('SELECT reason FROM quarantine')).toEqual([]);
    expect(columnsRead('SELECT page_url FROM page_view')).toEqual([['event_name', 'page_url']]);
    const [all = []] = columnsRead('-- columns: a varchar\nSELECT word_stem(source) AS a FROM page_view');
    expect(bytesRead(all, 96)).toBeCloseTo(96, 6);
  });
});
