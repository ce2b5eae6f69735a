import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { isOwnProject, projectFolder } from '../compiler/folder.ts';
import type { LocalEmulator } from './access.ts';
import { CliError } from './failure.ts';

/**
 * The folder whose `.headrace` has what runs on this machine: a project of one's own has its own, so that two projects
 * never share data; else it is the one in which the command line runs.
 */
const base = (): string => (isOwnProject() ? projectFolder() : '.');

const inHome = (name: string): string => join(base(), '.headrace', name);

const noteFile = (): string => inHome('last.json');

/** Where `up` keeps a stage's data unless it is told otherwise. */
export const defaultFolder = (): string => inHome('local');

/** Newest first. Not only the last: folders of trials are removed, and the one before is what is meant then. */
const note = z.object({ dataDirs: z.array(z.string()) });
const REMEMBERED = 10;

/** What a running stage writes into its data folder. */
const stageFile = z.looseObject({ pid: z.number(), endpoint: z.string(), httpApi: z.string() });

/** Undefined also for a file that somebody is just writing. */
const readDocument = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.infer<Schema> | undefined => {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
};

/** Notes the folder on which `demo`, `up` or chaos runs a stage, for commands that are not told a folder. */
export const noteLastFolder = (dataDir: string): void => {
  const last = resolve(dataDir);
  const folders = [last, ...usedFolders().filter((other) => other !== last)].slice(0, REMEMBERED);
  const dataDirs = folders.map((folder) => relative(base(), folder));
  mkdirSync(dirname(noteFile()), { recursive: true });
  keepOutOfGit();
  writeFileSync(noteFile(), `${JSON.stringify({ dataDirs })}\n`);
};

/** Events of a project's stage do not belong into its repository, whatever its own .gitignore says. */
const keepOutOfGit = (): void => {
  const path = inHome('.gitignore');
  if (isOwnProject() && !existsSync(path)) writeFileSync(path, '*\n');
};

const usedFolders = (): string[] =>
  (readDocument(noteFile(), note)?.dataDirs ?? []).map((folder) => resolve(base(), folder));

/** Whether a stage has kept data there at some time. */
export const holdsData = (dataDir: string): boolean => existsSync(join(dataDir, 'stage.db'));

/** As a person would type it. */
export const shown = (dataDir: string): string => {
  const path = relative('.', dataDir);
  return path.startsWith('..') ? dataDir : path;
};

/** The stage that runs on a data folder, as its emulator.json tells. */
export const findEmulator = async (dataDir: string): Promise<LocalEmulator | undefined> => {
  const found = readDocument(join(dataDir, 'emulator.json'), stageFile);
  if (found === undefined || !(await answers(found))) return undefined;
  return { endpoint: found.endpoint, collector: found.httpApi, dataDir };
};

const health = z.looseObject({ pid: z.number() });

/** A stage that was killed leaves its emulator.json, and its process id or port may be somebody else's by now. */
const answers = async ({ endpoint, pid }: z.infer<typeof stageFile>): Promise<boolean> => {
  try {
    const response = await fetch(`${endpoint}/_emulator/health`, { signal: AbortSignal.timeout(10_000) });
    return health.parse(await response.json()).pid === pid;
  } catch {
    return false;
  }
};

/**
 * With the folders above it, each by itself: mkdirSync with `recursive` never ends where a folder that is there takes no
 * new one (`/proc`).
 */
export const makeFolder = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  mkdirSync(folder);
};

/** Throws CliError for what can never be a data folder of this user: before minutes of packaging, and in a sentence. */
export const usableFolder = (path: string): string => {
  const dataDir = resolve(path);
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return dataDir;
  } catch (cause) {
    throw new CliError(`--data: ${path} ${obstacleOf(cause)}.`, 'Name another folder.', { cause });
  }
};

const obstacles: Readonly<Record<string, string>> = {
  EEXIST: 'is a file, not a folder',
  ENOTDIR: 'is below a file, not below a folder',
  ENOENT: 'cannot be made there',
  EACCES: 'may not be read and written by you',
  EPERM: 'may not be read and written by you',
  EROFS: 'lies on a disk that can only be read',
  ENOSPC: 'cannot be made: the disk is full',
};

/** Why a folder cannot be made or used, after its name: `is below a file`. */
export const obstacleOf = (cause: unknown): string => {
  const code = z.object({ code: z.string() }).safeParse(cause).data?.code ?? '';
  return obstacles[code] ?? `cannot be used (${code})`;
};

/**
 * The data folder a command works on, absolute: the one it is given; else the default one if a stage runs there, the
 * one used last that is still there, or the default one.
 */
export const chooseFolder = async (given: string | undefined): Promise<string> => {
  if (given !== undefined) {
    if (statSync(given, { throwIfNoEntry: false })?.isDirectory() === false) usableFolder(given);
    return resolve(given);
  }
  if (await findEmulator(defaultFolder())) return resolve(defaultFolder());
  return resolve(usedFolders().find(holdsData) ?? defaultFolder());
};
