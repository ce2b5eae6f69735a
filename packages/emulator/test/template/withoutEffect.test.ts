import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { withoutEffect } from '../../src/template/withoutEffect.ts';

test('docs/notEmulated.md lists exactly the resource types without effect, each with its reason', () => {
  const rows = readFileSync('docs/notEmulated.md', 'utf8').matchAll(/^\| `(AWS::\w+::\w+)` \| (.+?) \|$/gm);
  expect(Object.fromEntries([...rows].map(([, type, reason]) => [type, reason]))).toEqual(withoutEffect);
});
