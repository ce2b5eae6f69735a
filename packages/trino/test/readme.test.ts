import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';

afterEach(() => {
  jest.restoreAllMocks();
});

test('the example of the README is this file, and does what it says', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const example = readFileSync(join(import.meta.dirname, 'example.ts'), 'utf8');
  expect(readme.split('```ts\n')[1]?.split('```')[0]).toBe(example);
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});

  await import('./example.ts');

  expect(log.mock.calls).toEqual([['n bigint 2', 'mean decimal(10,2) 7.50', 'half integer 3']]);
});
