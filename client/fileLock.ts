import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Not `instanceof Error`: under jest an error of Node's own modules is one of another realm. */
const isCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return isCode(error, 'EPERM');
  }
};

/** Makes the file, with our process id in it, unless it is there. A file left by a process that died is removed. */
const tryToTake = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  try {
    const owner = Number(readFileSync(path, 'utf8'));
    // 0 is a file that its maker has not filled yet.
    if (owner > 0 && !isRunning(owner)) rmSync(path, { force: true });
  } catch {
    // Its owner removed it between our two looks: the next try will take it.
  }
  return false;
};

const inThisProcess = new Map<string, Promise<unknown>>();

/** Runs `work` while no other process, and no other call in this one, is inside a lock of the same path. */
export const withFileLock = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  const before = inThisProcess.get(path) ?? Promise.resolve();
  const mine = before.then(async () => {
    while (!tryToTake(path)) await pause(100);
    try {
      return await work();
    } finally {
      rmSync(path, { force: true });
    }
  });
  inThisProcess.set(
    path,
    mine.catch(() => undefined),
  );
  return mine;
};
