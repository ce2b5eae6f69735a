import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, messageOf } from '../../client/failure.ts';
import { filesBelow } from '../../client/package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where its sources are. */
const SOURCES = 'console';

export interface PageFile {
  body: Buffer;
  type: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const digestOfSources = (): string => {
  const hash = createHash('sha256');
  for (const path of [...filesBelow(root, SOURCES), 'package-lock.json'])
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex').slice(0, 16);
};

/** Vite is loaded only here: a page that is built needs nothing of it. */
const build = async (outDir: string): Promise<void> => {
  try {
    const vite = await import('vite');
    await vite.build({
      root: join(root, SOURCES),
      configFile: false,
      logLevel: 'error',
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
      // Nothing as data: in the text: the policy of the page allows no such script or style.
      build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    });
  } catch (cause) {
    throw new CliError(`The page could not be built: ${messageOf(cause)}`, 'npm ci installs what it needs.', {
      cause,
    });
  }
};

/** Builds beside, then renames: two consoles that start at once do not see each other's halves. */
const buildInto = async (folder: string): Promise<void> => {
  const home = join(root, '.headrace', 'console');
  mkdirSync(home, { recursive: true });
  const beside = mkdtempSync(join(home, 'build-'));
  try {
    await build(beside);
    if (!existsSync(folder)) renameSync(beside, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
};

/**
 * The files of the page by their paths. They are built on the first use, and again when their sources have changed;
 * that takes some seconds, which `onBuild` may tell of.
 */
export const pageFiles = async (onBuild: () => void): Promise<ReadonlyMap<string, PageFile>> => {
  const folder = join(root, '.headrace', 'console', digestOfSources());
  if (!existsSync(folder)) {
    onBuild();
    await buildInto(folder);
  }
  return new Map(
    filesBelow(folder, '.').map((path) => [
      `/${path.split(sep).join('/')}`,
      { body: readFileSync(join(folder, path)), type: types[extname(path)] ?? 'application/octet-stream' },
    ]),
  );
};
