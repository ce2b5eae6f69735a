import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { emulatedActions } from '../src/emulated.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the README lists every action that each service answers, and no other', () => {
  const rows = [...read('../README.md').matchAll(/^\| ([a-z0-9]+) \| (.+) \|$/gm)]
    .map(([, service = '', actions = '']): [string, string[]] => [
      service,
      actions.replaceAll('`', '').split(', '),
    ])
    .filter(([service]) => Object.hasOwn(emulatedActions, service));
  const listed = Object.entries(emulatedActions).map(([service, actions]) => [service, [...actions].sort()]);
  expect(rows).toEqual(listed);
});

test('the README names every entry of the package', () => {
  const { exports } = JSON.parse(read('../package.json'));
  const named = [...read('../README.md').matchAll(/^\| `headrace-emulator(\/\w+)?` \|/gm)].map(
    ([, entry = '']) => `.${entry}`,
  );
  expect(named.sort()).toEqual(Object.keys(exports).sort());
});
