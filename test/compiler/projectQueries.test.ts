import { describe, expect, test } from '@jest/globals';
import { projectFolder } from '../../compiler/folder.ts';
import { checkQueries, compiledQueries } from '../../compiler/sql/compile.ts';
import { allQueries } from '../helpers/queries.ts';

describe('the queries of the project', () => {
  test('are all right, also for an engine', async () => {
    await expect(checkQueries(projectFolder())).resolves.toBeUndefined();
  });

  test('each say what they are for, in a sentence that a table has room for', () => {
    for (const { comment } of allQueries()) expect(comment).toMatch(/^.{10,2000}[^.]$/s);
  });

  test('marts have dt last and a comment for each column', () => {
    for (const { typed } of compiledQueries().marts) {
      expect(typed.at(-1)).toMatchObject({ name: 'dt', hive: 'string', trino: 'varchar' });
      expect(typed.filter(({ comment }) => comment === '')).toEqual([]);
    }
  });
});
