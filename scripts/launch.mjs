// Plain JavaScript for any Node that runs npm: it finds the Node that runs the project's TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { installMissing, root } from './install.mjs';

/** The first Node 22 that runs TypeScript files without a flag. */
const OLDEST = [22, 18];

const binFolder = join(root, 'node_modules', '.bin');

/** What V8 and the type stripping make of the sources is kept here, so that a command starts sooner. */
const compiledFolder = join(root, 'node_modules', '.cache', 'compiled');

/** The lock file brings its own Node to these. */
const pinnedHere = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

const isTooOld = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
};

/** Exported for its test. Undefined if this Node will do. */
export const complaintAbout = (version, hasPinned = pinnedHere) =>
  hasPinned || !isTooOld(version)
    ? undefined
    : `Headrace needs Node ${OLDEST.join('.')} or newer; this is Node ${version} (${process.execPath}). ` +
      'Install a newer Node from https://nodejs.org, then run the command again.';

/** The pinned Node, or this one where the lock file brings none. */
const nodeToUse = () => {
  const pinned = join(binFolder, 'node');
  return pinnedHere && existsSync(pinned) ? pinned : process.execPath;
};

/** `serverless …` and `bash …` are programs; a file or an option is for Node. */
const isForNode = (word) => word.startsWith('-') || /\.(ts|mjs|js)$/.test(word);

const commandOf = (words) => {
  const [first = '', ...rest] = words;
  if (!isForNode(first)) return [first, rest];
  return [nodeToUse(), ['--disable-warning=ExperimentalWarning', ...words]];
};

/** SIGINT comes from the terminal to all its processes, and from `kill` only to this one: so it is passed on too. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const endLike = (code, signal) => {
  if (signal === null) process.exit(code);
  process.kill(process.pid, signal);
  // A signal that this process cannot end by.
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
};

const fail = (message) => {
  process.stderr.write(`headrace: ${message}\n`);
  process.exit(1);
};

/** HEADRACE_PROJECT is a path from the caller's folder on; what runs below may be in another. */
const projectOf = ({ HEADRACE_PROJECT: project }, folder) =>
  project ? { HEADRACE_PROJECT: resolve(folder, project) } : {};

/**
 * Installs what is missing, then runs a command with the project's Node and programs first on the PATH, and ends as it
 * ends. The command has this process's folder, stdin, stdout, stderr and terminal. `folder` is the caller's.
 */
export const launch = (words, folder = process.cwd()) => {
  const complaint = complaintAbout(process.versions.node);
  if (complaint !== undefined) fail(complaint);
  try {
    installMissing();
  } catch (error) {
    fail(error.message);
  }
  const [program, args] = commandOf(words);
  const env = {
    NODE_COMPILE_CACHE: compiledFolder,
    ...process.env,
    ...projectOf(process.env, folder),
    PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}`,
  };
  const child = spawn(program, args, { stdio: 'inherit', env });
  const pass = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  child.on('error', (error) => fail(`${program} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    for (const one of SIGNALS) process.off(one, pass);
    endLike(code, signal);
  });
};
