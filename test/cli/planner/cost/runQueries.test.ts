import { describe, expect, test } from '@jest/globals';
import { bytesRead } from '../../../../cli/planner/cost/columnBytes.ts';
import { columnsRead, countsOf, runQueries } from '../../../../cli/planner/runQueries.ts';
import { queries } from '../../../../src/etl/queries.ts';

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

  test('are none of other tables, and all when the tables are not known', () => {
    expect(columnsRead('SELECT reason FROM quarantine')).toEqual([]);
    const [all = []] = columnsRead('SELECT page_url FROM page_view');
    expect(bytesRead(all, 96)).toBeCloseTo(96, 6);
  });
});

describe("the pipeline's own queries", () => {
  const found = runQueries();

  test('are those that a run starts', () => {
    for (const kind of ['checks', 'warnings', 'marts'] as const)
      expect(found[kind].map(({ name }) => name)).toEqual(queries[kind].map(({ name }) => name));
    expect(countsOf(found)).toEqual({ checks: 1, warnings: 2, marts: 3 });
  });

  test('read the events once each, which the scan budget of a run counts on', () => {
    for (const { scans } of [...found.checks, ...found.warnings, ...found.marts])
      expect(scans).toHaveLength(1);
  });
});

test('an event that takes no more than its ids is shared out among these', () => {
  expect(bytesRead(['event_id'], 20) + bytesRead(['event_time', 'received_at'], 20)).toBeLessThan(20);
  expect(bytesRead(['properties', 'context'], 20)).toBe(0);
});
