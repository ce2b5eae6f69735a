import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { inSources } from '../../src/lambda/stackTraces.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headrace-traces-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a function whose source is `lines` writes when it fails, bundled as ours are. */
const saidBy = async (lines: readonly string[], withMap = true): Promise<string> => {
  const source = join(folder, 'failing.ts');
  const bundle = join(folder, 'failing.mjs');
  writeFileSync(source, lines.join('\n'));
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    sourcemap: withMap ? 'linked' : false,
    sourcesContent: false,
  });
  if (!withMap) rmSync(`${bundle}.map`, { force: true });
  return execFileSync(process.execPath, [bundle], { encoding: 'utf8' });
};

const failing = [
  `import { nameSources } from '${resolve('src/lambda/stackTraces.ts')}';`,
  'nameSources();',
  'const fail = (why: string): never => {',
  "  throw new TypeError('it broke', { cause: new RangeError(why) });",
  '};',
  'try {',
  "  fail('too far');",
  '} catch (error) {',
  '  console.log(error.stack);',
  '  console.log(error.cause.stack);',
  '}',
];

test('a stack trace of a bundle names the lines of the sources, that of a cause too', async () => {
  const said = await saidBy(failing);
  expect(said).toMatch(/^TypeError: it broke$/m);
  expect(said).toContain(`${join(folder, 'failing.ts')}:4:9`);
  expect(said).toContain(`${join(folder, 'failing.ts')}:7:3`);
  expect(said).toMatch(/^RangeError: too far$/m);
  expect(said).toContain(`${join(folder, 'failing.ts')}:4:44`);
  expect(said).not.toContain('failing.mjs');
});

test('without its map a stack trace stays as it is', async () => {
  const said = await saidBy(failing, false);
  expect(said).toMatch(/^TypeError: it broke$/m);
  expect(said).toMatch(/failing\.mjs:\d+:\d+/);
});

test('a map that is not a map costs nothing of the error', () => {
  const bundle = join(folder, 'broken.mjs');
  writeFileSync(`${bundle}.map`, '{');
  const stack = `Error: x\n    at f (${pathToFileURL(bundle).href}:1:2)\n    at g (node:fs:3:4)`;
  expect(inSources(stack)).toBe(stack);
});
