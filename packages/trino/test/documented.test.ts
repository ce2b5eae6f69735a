import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { functionNames } from '../src/functions/registry.ts';
import { specials } from '../src/translate/calls.ts';
import '../src/translate/translator.ts';

test('the README lists exactly the functions that run', () => {
  const page = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const section = page.split('### Functions')[1]?.split('approx_distinct and')[0] ?? '';
  const listed = [...section.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(listed).toEqual([...new Set([...functionNames(), ...Object.keys(specials)])].sort());
});
