/**
 * Proves that the packages work as npm would install them: builds all three, packs them, installs the tarballs into an
 * empty folder and boots the example's package with the command of the emulator. `node scripts/checkPackages.ts`; a
 * minute. What the packages depend on comes from this repository's node_modules: nothing is downloaded.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packages = ['asl', 'trino', 'emulator'];
const where = z.object({ httpApi: z.string(), routes: z.array(z.string()) });

const installInto = (folder: string): void => {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('headrace-') && name !== '.cache')
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of packages) {
    const built = join(root, '.headrace', 'packages', name);
    const tarball = execFileSync('npm', ['pack', '--silent', built], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
    const target = join(modules, `headrace-${name}`);
    mkdirSync(target);
    execFileSync('tar', ['xzf', tarball, '-C', target, '--strip-components=1'], { cwd: folder });
  }
};

const packageExample = (packageDir: string, scratch: string): void => {
  const framework = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  execFileSync(process.execPath, [framework, 'package', '--package', packageDir], {
    cwd: join(root, 'packages', 'emulator', 'example'),
    env: { PATH: process.env.PATH, HOME: scratch, TMPDIR: scratch, NO_COLOR: '1' },
  });
};

/** Boots the package in the folder, posts an order and answers the status. The command must end by itself then. */
const tryOrder = async (folder: string): Promise<number> => {
  const bin = join(folder, 'node_modules', 'headrace-emulator', 'bin', 'headrace-emulator.mjs');
  const args = [bin, 'package', '--port', '0', '--json'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const result = await posted(createInterface(child.stdout), exit).finally(() => child.kill('SIGINT'));
  const [code] = await exit;
  if (code !== 0) throw new Error(`headrace-emulator ended with ${code}.`);
  return result;
};

const posted = async (lines: NodeJS.EventEmitter, exit: Promise<unknown[]>): Promise<number> => {
  const line = await Promise.race([once(lines, 'line'), exit]);
  const { httpApi, routes } = where.parse(JSON.parse(String(line[0])));
  if (!routes.includes('POST /orders')) throw new Error(`The routes are ${routes.join(', ') || 'none'}.`);
  const { status } = await fetch(`${httpApi}/orders`, { method: 'POST', body: '{"item":"tea"}' });
  return status;
};

const folder = mkdtempSync(join(tmpdir(), 'packages-'));
try {
  execFileSync(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(root, 'scripts', 'buildPackages.ts'),
  ]);
  installInto(folder);
  packageExample(join(folder, 'package'), folder);
  const status = await tryOrder(folder);
  if (status !== 202) throw new Error(`POST /orders was answered ${status}, not 202.`);
  process.stdout.write('The packages work as installed: POST /orders was answered 202.\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
