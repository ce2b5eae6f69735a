import { existsSync } from 'node:fs';

const missing = new Set<string>();

/**
 * Path of a file of the shared data, from the project's root; undefined, with one printed notice, where it is absent.
 * Tests that need it skip then: `const path = sharedData('streams/x.json.gz'); (path ? test : test.skip)(…)`.
 */
export const sharedData = (name: string): string | undefined => {
  const path = `../shared/data/${name}`;
  if (existsSync(path)) return path;
  if (!missing.has(name))
    process.stderr.write(`notice: ${path} is absent: the tests that need it are skipped\n`);
  missing.add(name);
  return undefined;
};
