import { describe, expect, test } from '@jest/globals';
import { repeatedIds, warningResults, warningsIn } from '../../src/etl/warnings.ts';

const cells = (...values: (string | null)[]) => ({
  Data: values.map((value) => (value === null ? {} : { VarCharValue: value })),
});

const columns = cells('source', 'ids', 'example');
const of = (...rows: ReturnType<typeof cells>[]) => ({ name: 'eventIdInTwoHours', rows: [columns, ...rows] });
const broke = (Cause: string) => ({
  name: 'eventIdInTwoHours',
  error: { Error: 'States.TaskFailed', Cause },
});

describe('the warnings of a run', () => {
  test('are rows by the names of their columns, in the order of the query; no value is null', () => {
    expect(warningsIn([of(cells('web', '12', 'e-1'), cells('app', '3', null))])).toEqual([
      {
        name: 'eventIdInTwoHours',
        rows: [
          { source: 'web', ids: '12', example: 'e-1' },
          { source: 'app', ids: '3', example: null },
        ],
      },
    ]);
  });

  test('are none where queries have found nothing', () => {
    expect(warningsIn([of(), { name: 'other', rows: [] }])).toEqual([]);
  });

  test('name a query that did not run, with the reason that Athena gave, and nothing of its SQL', () => {
    const cause = JSON.stringify({
      Query: 'SELECT a secret',
      Status: { State: 'FAILED', StateChangeReason: 'COLUMN_NOT_FOUND: line 1:8' },
    });
    expect(warningsIn([broke(cause)])).toEqual([
      { name: 'eventIdInTwoHours', error: 'States.TaskFailed', cause: 'COLUMN_NOT_FOUND: line 1:8' },
    ]);
  });

  test('cut a long reason: ten of them stand in a state of the machine', () => {
    expect(warningsIn([broke('x'.repeat(30_000))])).toMatchObject([{ cause: `${'x'.repeat(298)} …` }]);
  });

  test('of a query that never ended have no reason, and stand there all the same', () => {
    const results = warningResults().parse([{ name: 'odd', error: { Error: 'States.Timeout' } }]);
    expect(warningsIn(results)).toEqual([{ name: 'odd', error: 'States.Timeout', cause: '' }]);
  });

  test('that were too large together are one warning about all of them', () => {
    const results = warningResults().parse({ Error: 'States.DataLimitExceeded', Cause: 'too large' });
    expect(warningsIn(results)).toEqual([
      { name: 'all', error: 'States.DataLimitExceeded', cause: 'too large' },
    ]);
  });
});

describe('the number of repeated ids', () => {
  test('is the sum over the sources', () => {
    expect(repeatedIds(warningsIn([of(cells('web', '12', 'e-1'), cells('app', '3', 'e-2'))]))).toBe(15);
  });

  test('is nought when the query found none, and says nothing of what other warnings found', () => {
    expect(repeatedIds([])).toBe(0);
    expect(repeatedIds([{ name: 'other', rows: [{ ids: '7' }] }])).toBe(0);
  });

  test('is not known when the query did not run', () => {
    expect(repeatedIds(warningsIn([broke('')]))).toBeUndefined();
    expect(repeatedIds(warningsIn({ Error: 'States.DataLimitExceeded', Cause: '' }))).toBeUndefined();
  });
});
