import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectFolder } from '../../compiler/folder.ts';
import { queryKinds } from '../../compiler/queries/read.ts';
import { WINDOWS_FOLDER } from '../../compiler/windows/compile.ts';
import { queries } from '../../src/etl/queries.ts';

describe.each(['checks', 'warnings', 'marts'] as const)('%s', (kind) => {
  test('every file of the folder runs, under its own name and with its own lines but for the comments', () => {
    const folder = join(projectFolder(), 'queries', kind);
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.sql')) : [];
    expect(queries[kind].map(({ name }) => `${name}.sql`)).toEqual(files.sort());
    for (const { name, sql } of queries[kind]) {
      const text = readFileSync(join(folder, `${name}.sql`), 'utf8');
      expect(sql).not.toMatch(/^--/m);
      // Line by line, so that what Athena says of a line is found by counting from the first one of SQL.
      const lines = text.split('\n').slice(-sql.split('\n').length);
      const beginnings = sql.split('\n').map((line, at) => (lines[at] ?? '').startsWith(line));
      expect(beginnings).toEqual(beginnings.map(() => true));
    }
  });
});

test('every folder of queries/ is of a kind', () => {
  const folder = join(projectFolder(), 'queries');
  const kinds = existsSync(folder) ? readdirSync(folder) : [];
  const known: readonly string[] = [...queryKinds, basename(WINDOWS_FOLDER)];
  expect(kinds.filter((name) => !known.includes(name))).toEqual([]);
});
