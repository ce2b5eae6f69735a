// Plain JavaScript for any Node: it runs before the pinned Node 24 of the lock file is there.
// Installs the locked packages when they are missing or the lock file has changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.headrace-installed');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('Installing packages (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // stdout stays the command's own: `npm run demo -- --json` ends with one JSON line there.
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: true });
  if (done.status !== 0) {
    process.stderr.write(
      `npm ci failed (exit ${done.status}). Check the network and that Node is 20 or newer, then try again.\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
