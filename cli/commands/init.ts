import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeFolder, obstacleOf } from '../../client/dataFolders.ts';
import { CliError } from '../../client/failure.ts';
import type { Command, Outcome } from '../command.ts';
import { nextSteps, writeProject } from '../init/writing.ts';

const usage = `
headrace init DIR

Makes a project of your own in a new or empty folder: event types, queries, a test and params, in a folder or repository
beside Headrace. Its example is telemetry of devices. HEADRACE_PROJECT=DIR tells every command to work on it.

docs/guides/ownProject.md goes through it: run, test, deploy, upgrade.`;

export const init: Command = {
  name: 'init',
  usage,
  options: {},
  run: async ({ positionals, screen }): Promise<Outcome> => {
    const [given, ...others] = positionals;
    if (given === undefined || given === '' || others.length > 0)
      throw new CliError('init takes one folder.', 'headrace init ../telemetry');
    const folder = emptyFolder(given);
    const files = writeProject(folder);
    screen.say(nextSteps(folder));
    return { ok: true, document: { project: folder, files } };
  },
};

/** A repository that was just made has its `.git` and nothing else. */
const contentOf = (folder: string): string[] => readdirSync(folder).filter((name) => name !== '.git');

/** Made if it is not there. Nothing that is there already is ever touched. */
const emptyFolder = (given: string): string => {
  const folder = resolve(given);
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there !== undefined && !there.isDirectory())
    throw new CliError(`${given} is a file.`, 'Name a new folder, or an empty one.');
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new CliError(`${given} ${obstacleOf(cause)}.`, 'Name another folder.', { cause });
  }
  const [first, ...more] = contentOf(folder);
  if (first === undefined) return folder;
  const rest = more.length === 0 ? '' : ` and ${more.length} more`;
  throw new CliError(`${given} is not empty: it has ${first}${rest}.`, 'Name a new folder, or an empty one.');
};
