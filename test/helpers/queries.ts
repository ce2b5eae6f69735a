import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe } from '@jest/globals';
import { parseQuery, type TableDefinition, type Translated, translateStatement } from 'headrace-trino';
import { projectFolder } from '../../compiler/folder.ts';
import { type CompiledQuery, compiledQueries } from '../../compiler/sql/compile.ts';
import { ownTables } from '../../compiler/sql/database.ts';
import { fillMacros } from '../../src/etl/macros.ts';

/** The SQL of a run over these days, which began on the day after the first. */
export const filled = (sql: string, days: readonly string[], hours?: readonly string[]): string =>
  fillMacros(sql, { days, now: '2026-11-02T00:10:00.000Z', ...(hours ? { hours } : {}) });

/** Whether the project has a file as it ships. */
const hasShipped = (file: string): boolean => {
  const own = join(projectFolder(), file);
  return existsSync(file) && existsSync(own) && readFileSync(own, 'utf8') === readFileSync(file, 'utf8');
};

/** What is true of a file that ships; a project without it has other files, and tests of its own for them. */
export const describeFile = (file: string, body: () => void): void =>
  hasShipped(file)
    ? describe(file, body)
    : describe.skip(`${file} (skipped: the project does not have it as it ships)`, body);

/** The marts that ship, which the shop's events fill. A project may have deleted some, and have others of other events. */
export const shopMarts = ['daily_events', 'daily_products', 'daily_sales'];

/** Every query of the project, of every kind. */
export const allQueries = (): CompiledQuery[] => Object.values(compiledQueries()).flat();

/** A folder with these files of queries/, by path: `marts/x.sql`. */
export const projectOf = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-project-'));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'queries', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
};

const definitionOf = ({ kind, name, sql, columns }: CompiledQuery): TableDefinition => ({
  database: 'headrace',
  name,
  columns: columns.map((column) => ({ name: column.name, type: column.type })),
  ...(kind === 'views' ? { view: { sql, database: 'headrace' } } : {}),
});

/** Every table and view of the project, by name. */
export const projectTables = (): Map<string, TableDefinition> => {
  const { marts, views } = compiledQueries();
  const own = [...marts, ...views].map(definitionOf);
  return new Map([...ownTables(), ...own.map((table) => [table.name, table] as const)]);
};

/** A statement over the project's tables, as the local Athena reads it. */
export const translated = (sql: string, tables = projectTables()): Translated =>
  translateStatement(parseQuery(sql), {
    table: ([name = '']) => {
      const found = tables.get(name.toLowerCase());
      if (found === undefined) throw new Error(`no table ${name}`);
      return found;
    },
    database: 'headrace',
    now: new Date('2026-11-01T12:00:00.000Z'),
  });
