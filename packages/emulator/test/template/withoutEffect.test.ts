import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { withoutEffect } from '../../src/template/withoutEffect.ts';

test('docs/differences.md lists exactly the resource types without effect, each with its reason', () => {
  const rows = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8').matchAll(
    /^\| `(AWS::\w+::\w+)` \| (.+?) \|$/gm,
  );
  expect(Object.fromEntries([...rows].map(([, type, reason]) => [type, reason]))).toEqual(withoutEffect);
});
