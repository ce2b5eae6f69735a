// Plain JavaScript for any Node that runs npm: it runs before the pinned Node 24 of the lock file is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.headrace-installed');

const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/** The npm that started us, if one did; else the one on the PATH. */
const npmCi = () => {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // stdout stays the command's own: `npm run demo -- --json` ends with one JSON line there.
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const npm = process.env.npm_execpath;
  if (npm !== undefined && basename(npm) === 'npm-cli.js')
    return spawnSync(process.execPath, [npm, ...args], options);
  // On Windows npm is a .cmd file, which only a shell starts.
  if (process.platform === 'win32') return spawnSync(`npm ${args.join(' ')}`, { ...options, shell: true });
  return spawnSync('npm', args, options);
};

const packagesIn = (path) => JSON.parse(readFileSync(path, 'utf8')).packages ?? {};

/**
 * Whether node_modules holds what the lock file says, by the list that npm leaves there: so it does after your own
 * `npm ci`. What is optional may be missing: packages for other machines are. Exported for its test.
 */
export const isInstalled = (lock, installed) =>
  Object.entries(lock).every(([path, { version, integrity, optional, link }]) => {
    if (path === '' || link === true || !path.startsWith('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });

const installedAlready = () => {
  try {
    const lock = packagesIn(join(root, 'package-lock.json'));
    return isInstalled(lock, packagesIn(join(root, 'node_modules', '.package-lock.json')));
  } catch {
    return false; // npm has never been here, or was stopped
  }
};

/**
 * Installs the locked packages when they are missing or when the lock file has changed since the last time. All it
 * says goes to stderr. Throws an Error for the person at the terminal.
 */
export const installMissing = () => {
  const lock = lockDigest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (installedAlready()) {
    writeFileSync(stamp, lock);
    return;
  }
  const why = existsSync(stamp) ? 'package-lock.json has changed' : 'the first run in this folder';
  process.stderr.write(
    `Installing packages with npm ci (${why}). It takes about a minute and downloads up to 330 MB; what npm's cache has is not downloaded again.\n`,
  );
  const { status, error } = npmCi();
  if (status !== 0) {
    throw new Error(
      `npm ci failed (${error?.message ?? `exit ${status}`}). Check the network connection, then run the command again.`,
    );
  }
  writeFileSync(stamp, lock);
};
