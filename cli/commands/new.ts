import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../../client/failure.ts';
import { type Fault, faultsIn, faultText } from '../../compiler/faults.ts';
import { projectFolder } from '../../compiler/folder.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { newEvent } from '../new/event.ts';
import type { NewKind } from '../new/kind.ts';
import { newQueries } from '../new/queries.ts';
import { newWindow } from '../new/window.ts';

const kinds: Readonly<Record<string, NewKind>> = {
  event: newEvent,
  ...newQueries,
  window: newWindow,
};

const usage = `
headrace new KIND NAME

Writes the file of a new event type or query, with an example in it that works at once. An existing file is never touched.

${Object.entries(kinds)
  .map(([kind, { what }]) => `  new ${kind.padEnd(8)} NAME   ${what}`)
  .join('\n')}

docs/guides/eventTypes.md, docs/guides/marts.md and docs/guides/windows.md go through it step by step.`;

export const newCommand: Command = {
  name: 'new',
  usage,
  options: {},
  run: async (invocation) => {
    const [kind = '', name, ...others] = invocation.positionals;
    const wanted = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (wanted === undefined)
      throw new CliError(`"${kind}" is not a kind of file.`, `There are: ${Object.keys(kinds).join(', ')}`);
    if (name === undefined || others.length > 0)
      throw new CliError(`new ${kind} takes one name.`, `headrace new ${kind} ${wanted.example}`);
    return write(wanted, name, invocation);
  },
};

/** Names that cannot be those of files are for the check to explain: these only must not lead out of the folder. */
const inFolder = (name: string): string => {
  if (/^[\w.-]+$/.test(name) && !name.includes('..')) return name;
  throw new CliError(`"${name}" is not a name.`, 'Use letters, digits and underscores, a letter first.');
};

/** What is wrong with a project that has this file. */
const faultsWith = async (kind: NewKind): Promise<readonly Fault[]> => {
  try {
    await kind.check(projectFolder());
    return [];
  } catch (error) {
    return faultsIn(error);
  }
};

const folderOf = (file: string): string | undefined => file.split('/')[0];

/** Faults of the file itself. And of another folder: a query is not looked at while event types are wrong. */
const stops = ({ file }: Fault, own: string): boolean => file === own || folderOf(file) !== folderOf(own);

/** Throws what is wrong with the file; returns what is wrong beside it. */
const checked = async (kind: NewKind, file: string): Promise<readonly Fault[]> => {
  const faults = await faultsWith(kind);
  const own = faults.filter((fault) => stops(fault, file));
  if (own.length === 0) return faults;
  throw new CliError(
    own.map((fault) => (fault.file === file ? fault.says : faultText(fault))).join('\n'),
    `${file} was not written.`,
  );
};

const write = async (kind: NewKind, name: string, { screen }: Invocation): Promise<Outcome> => {
  const file = kind.fileOf(inFolder(name));
  const path = join(projectFolder(), file);
  if (existsSync(path)) throw new CliError(`${file} is there already.`, 'Edit it, or choose another name.');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, kind.textOf(name), { flag: 'wx' });
  const others = await checked(kind, file).catch((error: unknown) => {
    // Whatever the check stumbles over: the next `new` must not find the file there already.
    rmSync(path);
    throw error;
  });
  screen.say(`${file} is written. Next:`);
  for (const step of kind.next(name)) screen.say(`  ${step}`);
  for (const other of others) screen.warn(faultText(other));
  return { ok: true, document: { file } };
};
