/**
 * Builds the packages for publication: Node strips no types below node_modules. `node scripts/buildPackages.ts [asl]
 * [trino] [emulator]` (all of them by default) writes each to .headrace/packages/<name>: JavaScript file by file, and a
 * package.json whose exports lead there. `npm pack ./.headrace/packages/<name>` makes a tarball of it.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { z } from 'zod';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const all = ['asl', 'trino', 'emulator'];

const manifest = z.looseObject({ exports: z.record(z.string(), z.string()) });

/** `'./read.ts'` in an import becomes `'./read.js'`. */
const importLine = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"']+)\.ts\2/g;

const compiled = (source: string): string =>
  transformSync(source, { loader: 'ts', format: 'esm', target: 'node22' }).code.replaceAll(
    importLine,
    '$1$2$3.js$2',
  );

const buildPackage = (name: string): void => {
  const home = join(root, 'packages', name);
  const build = join(root, '.headrace', 'packages', name);
  rmSync(build, { recursive: true, force: true });
  const files = readdirSync(join(home, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((each) => each.endsWith('.ts') && !each.endsWith('.d.ts'))) {
    const path = join(build, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, compiled(readFileSync(join(home, 'src', file), 'utf8')));
  }
  for (const extra of ['README.md', 'docs', 'bin'])
    if (existsSync(join(home, extra))) cpSync(join(home, extra), join(build, extra), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(build, 'LICENSE'));
  writeFileSync(join(build, 'package.json'), published(readFileSync(join(home, 'package.json'), 'utf8')));
};

const published = (text: string): string => {
  const { private: _private, scripts: _scripts, ...kept } = manifest.parse(JSON.parse(text));
  const exports = Object.entries(kept.exports).map(([name, path]) => [
    name,
    path.replace('./src/', './dist/').replace(/\.ts$/, '.js'),
  ]);
  return `${JSON.stringify({ ...kept, exports: Object.fromEntries(exports) }, null, 2)}\n`;
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : all) {
  if (!all.includes(name)) throw new Error(`There is no package "${name}". There are: ${all.join(', ')}.`);
  buildPackage(name);
  process.stdout.write(`.headrace/packages/${name}\n`);
}
