import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuildServer, keepColumnsLock } from '../compiler/columnsLock.ts';
import { isOwnProject, projectFolder } from '../compiler/folder.ts';
import { isStageName, OWN_PARAMS, STAGE_RULE } from '../compiler/params.ts';
import { CliError } from './failure.ts';
import { withFileLock } from './fileLock.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Everything a package is made of. What a bundle takes from node_modules is pinned by the lock file. */
const inputs = [
  'serverless.yml',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/bundledProject.ts',
  'scripts/bundlePlugins.ts',
  'scripts/columnsLock.ts',
  'scripts/nativeFiles.ts',
  'scripts/stageNames.ts',
];
const inputFolders = [
  ...['functions', 'src', 'resources', 'statemachines', 'compiler'],
  // it says which types the columns of marts and views have
  'packages/trino/src',
];

/**
 * It takes seconds, and minutes on a slow machine or where DuckDB's files have to be fetched; beyond this something
 * hangs. HEADRACE_PACKAGE_SECONDS says otherwise.
 */
const timeoutMs = (): number => {
  const seconds = Number(process.env.HEADRACE_PACKAGE_SECONDS ?? 900);
  if (seconds > 0) return seconds * 1000;
  throw new CliError(
    `HEADRACE_PACKAGE_SECONDS: "${process.env.HEADRACE_PACKAGE_SECONDS}" is not a number of seconds.`,
  );
};

/** What the user writes: in the project's folder, which may be another than the code's. */
export const projectFolders: readonly string[] = ['events', 'queries'];

/**
 * The files of a folder in `parent`, by their paths from there, in the order of these. One that is not there has none.
 */
export const filesBelow = (parent: string, folder: string): string[] =>
  existsSync(join(parent, folder))
    ? readdirSync(join(parent, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(join(parent, path)).isFile())
        .sort()
    : [];

/**
 * Of all that a package is made of. The same files in another project's folder are another package. Exported for its
 * test.
 */
export const digestOfInputs = (): string => {
  const project = projectFolder();
  const hash = createHash('sha256').update(process.version).update(project);
  const add = (parent: string, paths: readonly string[]): void => {
    for (const path of paths) {
      const content = readFileSync(join(parent, path));
      hash.update(`\0${path}\0${content.length}\0`).update(content);
    }
  };
  add(root, [...inputs, ...inputFolders.flatMap((folder) => filesBelow(root, folder))]);
  add(
    project,
    projectFolders.flatMap((folder) => filesBelow(project, folder)),
  );
  if (existsSync(join(project, OWN_PARAMS))) add(project, [OWN_PARAMS]);
  return hash.digest('hex');
};

type Ended = { code: number } | 'stopped' | 'hung';

/** Runs osls to its end. Returns all it said, and how it ended. */
const runFramework = (args: readonly string[], scratch: string): Promise<{ ended: Ended; said: string }> =>
  new Promise((resolve, reject) => {
    const framework = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
    // Nothing of AWS reaches it: packaging needs no account, and what is packaged must not depend on whose it is.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
    const child = spawn(process.execPath, [framework, ...args], {
      cwd: root,
      env: {
        ...env,
        NODE_OPTIONS: '',
        NO_COLOR: '1',
        HEADRACE_PROJECT: projectFolder(),
        TMPDIR: scratch,
        TMP: scratch,
        TEMP: scratch,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, timeoutMs());
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const unfinished = hung ? 'hung' : 'stopped';
      // Ctrl-C reaches osls beside this process: it may end by the signal, or with a code that says so.
      resolve({ ended: code === null || code >= 128 ? unfinished : { code }, said });
    });
  });

/** osls's own words, without the lines about itself around them. */
const complaintIn = (said: string): string => {
  const start = said.indexOf('Error:\n');
  const end = said.indexOf('Environment: ', start);
  return (start < 0 ? said : said.slice(start + 7, end < 0 ? undefined : end)).trim();
};

const packageInto = async (stage: string, params: Params, folder: string): Promise<void> => {
  // First: osls would tell of it after seconds, in the midst of its own words. Loaded here, since it brings a grammar
  // along.
  const { checkQueries } = await import('../compiler/sql/compile.ts');
  await checkQueries(projectFolder());
  // osls unpacks 30 MB there and leaves them.
  const scratch = mkdtempSync(join(root, '.headrace', 'osls-'));
  const { ended, said } = await runFramework(
    ['package', '--stage', stage, '--package', folder, ...paramArguments(params)],
    scratch,
  ).finally(() => rmSync(scratch, { recursive: true, force: true }));
  if (ended === 'stopped') throw new CliError('Stopped while packaging.', 'The next command packages anew.');
  if (ended === 'hung')
    throw new CliError(
      `serverless package --stage ${stage} did not end within ${timeoutMs() / 1000} s: ${complaintIn(said)}`,
      'On a slow machine give it more: HEADRACE_PACKAGE_SECONDS=1800',
    );
  if (ended.code === 0) return;
  throw new CliError(`serverless package --stage ${stage} failed (exit ${ended.code}): ${complaintIn(said)}`);
};

/** Values that take the place of those in resources/params.yml, by name: what `--param` says to osls. */
export type Params = Readonly<Record<string, string>>;

const paramArguments = (params: Params): string[] =>
  Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);

/** Packages of the same stage with other params, or of another project, lie beside each other. */
const folderName = (stage: string, params: Params): string => {
  const changed = [...(isOwnProject() ? [projectFolder()] : []), ...paramArguments(params).sort()];
  if (changed.length === 0) return stage;
  return `${stage}-${createHash('sha256').update(changed.join('\0')).digest('hex').slice(0, 8)}`;
};

/**
 * Throws a CliError for a name that cannot be a stage. CloudFormation makes up the name of the bucket for the zips out
 * of the stack's and the bucket's logical id, and cuts it at 63 characters: a longer stage would not stand in it whole,
 * and the policies of docs/guides/deploy/bootstrap.yml, which go by the name, would not fit it.
 */
export const checkStage = (stage: string): void => {
  if (isStageName(stage)) return;
  throw new CliError(`"${stage}" cannot be a stage.`, STAGE_RULE);
};

/**
 * The CloudFormation template and the functions' zips of a stage, as `serverless deploy` would send them. Packages
 * only if something has changed since the last time; runs of several processes wait for each other.
 *
 * Returns the package's folder, absolute. Throws CliError with osls's own message.
 */
export const packageStage = async (stage: string, params: Params = {}): Promise<string> => {
  checkStage(stage);
  const folder = join(root, '.headrace', 'package', folderName(stage, params));
  const stamp = join(folder, '.inputs');
  mkdirSync(folder, { recursive: true });
  // One lock for all stages: whatever --package says, osls works in .serverless/ as well.
  await withFileLock(join(root, '.headrace', 'package.lock'), async () => {
    keepColumnsLock(projectFolder(), !isBuildServer(process.env));
    const digest = digestOfInputs();
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
    // An emptied folder has no stamp: a run that fails or is stopped leaves nothing that looks complete.
    rmSync(folder, { recursive: true, force: true });
    await packageInto(stage, params, folder);
    writeFileSync(stamp, digest);
  });
  return folder;
};
