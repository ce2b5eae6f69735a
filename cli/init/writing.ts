import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const TEMPLATE = here('template');

/** Paths of its files, in the order of their names. */
const templateFiles = (): string[] =>
  readdirSync(TEMPLATE, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(TEMPLATE, path)).isFile())
    .sort();

/** `{{name}}` in a text. */
const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);

/** Of no effect in the repository, where it would stand under its own name. */
const nameOf = (path: string): string => (path === 'gitignore' ? '.gitignore' : path);

/** Writes a new project into a folder. Returns the paths of its files from there on. */
export const writeProject = (folder: string): string[] =>
  templateFiles().map((path) => {
    const target = join(folder, nameOf(path));
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(join(TEMPLATE, path), 'utf8');
    writeFileSync(target, filled(text, { name: basename(folder) }), { flag: 'wx' });
    return nameOf(path);
  });

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

/** What to do with it, to be typed as it stands, wherever one is. */
export const nextSteps = (folder: string): string =>
  filled(readFileSync(here('next.txt'), 'utf8'), {
    project: quoted(folder),
    headrace: quoted(join(here('..'), '..')),
  }).trimEnd();
