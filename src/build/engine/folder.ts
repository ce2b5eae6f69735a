import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'headrace-build-';
const inUse = new Set<string>();

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * What a Lambda that ran into its timeout left in /tmp stays there and would fill it: its process is gone, or is us.
 */
const removeLeftovers = async (parent: string): Promise<void> => {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!name.startsWith(PREFIX) || inUse.has(path) || (pid !== process.pid && isAlive(pid))) continue;
    await rm(path, { recursive: true, force: true });
  }
};

/**
 * For what outlives a single build: the name of a folder that nobody else has, for whoever wants to make it.
 * `release` removes it; until then no build takes it for a leftover.
 */
export const spillFolder = (parent: string): { path: string; release: () => void } => {
  const path = join(parent, `${PREFIX}${process.pid}-spill-${randomUUID()}`);
  inUse.add(path);
  const release = (): void => {
    inUse.delete(path);
    rmSync(path, { recursive: true, force: true });
  };
  return { path, release };
};

/** Runs `work` in an empty folder of its own, removed afterwards however it ends. */
export const inBuildFolder = async <Result>(
  work: (folder: string) => Promise<Result>,
  parent: string = tmpdir(),
): Promise<Result> => {
  await removeLeftovers(parent);
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  inUse.add(folder);
  try {
    return await work(folder);
  } finally {
    inUse.delete(folder);
    await rm(folder, { recursive: true, force: true });
  }
};
