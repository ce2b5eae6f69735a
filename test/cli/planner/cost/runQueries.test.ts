import { describe, expect, test } from '@jest/globals';
import { bytesRead } from '../../../../cli/planner/cost/columnBytes.ts';
import { countsOf, readingsOfRun, runQueries, runQueryOf } from '../../../../cli/planner/runQueries.ts';
import { compileQueries } from '../../../../compiler/sql/compile.ts';
import { queries } from '../../../../src/etl/queries.ts';
import { readingsOf } from '../../../../src/etl/scanBudget.ts';
import { projectOf } from '../../../helpers/queries.ts';
import { describeShipped } from '../../../helpers/shipped.ts';

test('a query is reckoned to read the hours that changed, their days, or also the days around', () => {
  const of = (where: string) =>
    compileQueries(
      projectOf({ 'checks/c.sql': `-- c\nSELECT source FROM events WHERE ${where}` }),
    ).checks.map((check) => runQueryOf(check).period);
  expect(of('dt IN (:days) AND hr IN (:hours)')).toEqual(['hours']);
  expect(of('dt IN (:days)')).toEqual(['days']);
  expect(of('dt IN (:neighbourDays)')).toEqual(['neighbourDays']);
});

describe("the project's own queries", () => {
  test('are those that a run starts', () => {
    const found = runQueries();
    for (const kind of ['checks', 'warnings', 'marts'] as const)
      expect(found[kind].map(({ name }) => name)).toEqual(queries[kind].map(({ name }) => name));
    const { checks, warnings, marts } = queries;
    expect(countsOf(found)).toEqual({
      checks: checks.length,
      warnings: warnings.length,
      marts: marts.length,
    });
  });

  test.each(['UTC', 'Asia/Seoul'])('reserve as much of the budget as the run does, in %s', (timeZone) => {
    const { checks, warnings, marts } = queries;
    expect(readingsOfRun(timeZone)).toBe(readingsOf([...checks, ...marts, ...warnings], timeZone));
  });
});

describeShipped('the queries that ship', () => {
  test('read a day ten times, and eighteen times where it has hours of two days of UTC', () => {
    expect([readingsOfRun('UTC'), readingsOfRun('Asia/Seoul')]).toEqual([10, 18]);
  });
});

test('an event that takes no more than its ids is shared out among these', () => {
  expect(bytesRead(['event_id'], 20) + bytesRead(['event_time', 'received_at'], 20)).toBeLessThan(20);
  expect(bytesRead(['properties', 'context'], 20)).toBe(0);
});
