import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { queries } from '../../src/etl/queries.ts';
import { renderDays } from '../../src/etl/renderDays.ts';

describe.each(['checks', 'warnings', 'marts'] as const)('%s', (kind) => {
  test('every file of the folder runs, under its own name and with its own text', () => {
    const files = readdirSync(`queries/${kind}`).filter((file) => file.endsWith('.sql'));
    expect(queries[kind].map(({ name }) => `${name}.sql`)).toEqual(files.sort());
    for (const { name, sql } of queries[kind]) {
      expect(sql).toBe(readFileSync(`queries/${kind}/${name}.sql`, 'utf8'));
    }
  });

  test('every query asks for the days that changed, and for nothing else that would have to be filled in', () => {
    for (const { sql } of queries[kind]) {
      const rendered = renderDays(sql, ['2026-11-01']);
      expect(rendered).toContain("IN ('2026-11-01')");
      expect(rendered.replaceAll(/'[^']*'|--.*/g, '')).not.toMatch(/:\w/);
    }
  });
});

test('every kind of query has a folder, and every folder is of a kind, or of examples', () => {
  expect(readdirSync('queries').sort()).toEqual([...Object.keys(queries), 'examples'].sort());
});

test('no two queries have the same name: a report and an error have nothing else to tell them apart', () => {
  const names = [...queries.checks, ...queries.warnings, ...queries.marts].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
