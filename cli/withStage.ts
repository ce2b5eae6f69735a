import { setTimeout as sleep } from 'node:timers/promises';
import { accessTo, type LocalEmulator, type StageAccess } from '../client/access.ts';
import { chooseFolder, findEmulator, holdsData, shown } from '../client/dataFolders.ts';
import { CliError, messageOf } from '../client/failure.ts';
import { waitForLanding } from '../client/landing.ts';
import type { Invocation } from './command.ts';

type About = Pick<Invocation, 'stage' | 'option' | 'screen' | 'signal'>;

/**
 * Runs a command's work against its stage: a deployed one, the local one that runs on the data folder, or, when none
 * does and the folder holds a stage's data, one that is started for the length of the work. Throws CliError when there
 * is not data.
 */
export const withStage = async <Result>(
  invocation: About,
  work: (access: StageAccess) => Promise<Result>,
): Promise<Result> => {
  if (invocation.stage !== 'local') return work(accessTo(invocation.stage));
  return withEmulator(invocation, work);
};

/** The same for what only an emulator has: its collector, its data folder. */
export const withEmulator = async <Result>(
  invocation: About,
  work: (access: StageAccess & { local: LocalEmulator }) => Promise<Result>,
): Promise<Result> => {
  const { local, close } = await findOrStart(invocation, await chooseFolder(invocation.option('data')));
  const access = { ...accessTo('local', local), local };
  if (close === undefined) return work(access);
  try {
    // What waited in the stream when the stage before ended is part of what the command asks about.
    await land(local, invocation);
    const result = await work(access);
    await land(local, invocation);
    return result;
  } catch (error) {
    throw invocation.signal.aborted ? stoppedWithStage(error) : error;
  } finally {
    await close();
  }
};

interface Opened {
  local: LocalEmulator;
  /** Only of a stage that was started here. */
  close?: () => Promise<void>;
}

const POLL_MS = 200;

const findOrStart = async ({ screen, signal }: About, dataDir: string): Promise<Opened> => {
  const folder = shown(dataDir);
  let start: (() => Promise<Opened | undefined>) | undefined;
  for (let tries = 0; ; tries += 1) {
    const local = await findEmulator(dataDir);
    if (local) return { local };
    if (!holdsData(dataDir)) throw noData(folder);
    if (tries === 0) screen.say(`No stage runs on ${folder}: starting one for this command.`);
    start ??= await starterOf(dataDir);
    const started = await start();
    if (started) return started;
    // It boots there, or serves another command and is not to be shared: it would end in the middle of this one.
    if (tries === 0) screen.say(`${folder} is in use by another command: waiting for it.`);
    await sleep(POLL_MS, undefined, { signal });
  }
};

const noData = (folder: string): CliError =>
  new CliError(
    `No emulator runs on ${folder}, and no stage has kept data there.`,
    'Start one in another terminal with `npx headrace up`, run `npm run demo`, name the folder of another with --data, or a deployed stage with --stage.',
  );

/**
 * What is needed to run a stage is loaded only here. Its result starts one, unless another process holds the folder.
 */
const starterOf = async (dataDir: string): Promise<() => Promise<Opened | undefined>> => {
  const [{ packageStage }, { DataFolderTaken, startEmulator }] = await Promise.all([
    import('../client/package.ts'),
    import('headrace-emulator'),
  ]);
  const packageDir = await packageStage('local');
  return async () => {
    try {
      const usageFolder = process.env.HEADRACE_IAM_USAGE;
      const options = { packageDir, dataDir, port: 0, announced: false, usageFolder };
      const { endpoint, httpApi, close } = await startEmulator(options);
      return { local: { endpoint, collector: httpApi, dataDir }, close };
    } catch (error) {
      if (error instanceof DataFolderTaken) return undefined;
      throw error;
    }
  };
};

const LAND_MS = 30_000;

/** Not for ever: where landing fails, a query or a balance is what tells. */
const land = async (local: LocalEmulator, { screen, signal }: About): Promise<void> => {
  try {
    await waitForLanding(local, signal, LAND_MS);
  } catch (error) {
    signal.throwIfAborted();
    screen.warn(messageOf(error));
  }
};

const stoppedWithStage = (cause: unknown): CliError =>
  new CliError(
    'Stopped, and with it the stage that ran for this command.',
    'What the state machines were doing has ended; an hour they were building stays locked for up to a quarter of an hour. On a stage of its own (`npx headrace up`) a run goes on.',
    { cause },
  );
