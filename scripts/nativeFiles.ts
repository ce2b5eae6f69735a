import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

const run = (command: string, args: string[], cwd: string): string => {
  // Through a shell only where npm is a .cmd file; the arguments are names and paths of this project.
  const shell = process.platform === 'win32';
  const done = spawnSync(command, args, {
    cwd,
    shell,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${done.stderr || done.error?.message}`);
  return done.stdout;
};

const hasIntegrity = (file: string, integrity: string): boolean =>
  existsSync(file) &&
  `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}` === integrity;

/** The package's archive, as the lock file knows it: from the cache in .headrace/ or from the registry. */
const archiveOf = (root: string, name: string, version: string, integrity: string): string => {
  const cache = join(root, '.headrace', 'native');
  const archive = join(cache, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  if (hasIntegrity(archive, integrity)) return archive;
  mkdirSync(cache, { recursive: true });
  run(
    'npm',
    [
      'pack',
      `${name}@${version}`,
      '--pack-destination',
      cache,
      '--ignore-scripts',
      '--fetch-retries=1',
      '--loglevel=error',
    ],
    root,
  );
  if (!hasIntegrity(archive, integrity)) {
    rmSync(archive, { force: true });
    throw new Error(
      `The registry's ${name}@${version} is not the one package-lock.json names (${integrity}).`,
    );
  }
  return archive;
};

/**
 * Puts a package for another CPU than this one's into node_modules: npm refuses to install it, yet the zip of a
 * Lambda needs it. Locked like every other: the version and the hash are those of package-lock.json.
 */
const fetchForeignPackage = (root: string, name: string): void => {
  const folder = join(root, 'node_modules', name);
  const { version, integrity } =
    lockFile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages[
      `node_modules/${name}`
    ] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`package-lock.json does not lock ${name}.`);
  const present = join(folder, 'package.json');
  if (existsSync(present) && JSON.parse(readFileSync(present, 'utf8')).version === version) return;

  const archive = archiveOf(root, name, version, integrity);
  const unpacked = `${archive}-${process.pid}`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1'], root);
  rmSync(folder, { recursive: true, force: true });
  // Last, and in one step: a run that was stopped half-way leaves nothing that looks complete.
  renameSync(unpacked, folder);
};

const binding = '@duckdb/node-bindings-linux-arm64';

interface Framework {
  config: { servicePath?: string; serviceDir: string };
  service: { functions: Record<string, { package?: { patterns?: unknown } }> };
}

/** An osls plugin: before anything is packaged or deployed, fetches the native files that functions ask for. */
class NativeFiles {
  readonly hooks: Record<string, () => void>;

  constructor(framework: Framework) {
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => {
        const asked = JSON.stringify(
          Object.values(framework.service.functions).map((one) => one.package?.patterns),
        );
        if (asked.includes(`${binding}/`)) fetchForeignPackage(framework.config.serviceDir, binding);
      },
    };
  }
}

// The one name under which `require` of an ES module gives the class itself, as osls expects of a plugin.
export { NativeFiles as 'module.exports' };
