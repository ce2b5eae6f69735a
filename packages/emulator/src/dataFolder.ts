import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** The names of this file and of `stage.db` stay: data folders of older versions open as before. */
const LOCK = 'stage.lock';
const ABOUT_FILE = 'emulator.json';
/** Says whose data it is. Folders of older versions have none, and belong to whoever opens them next. */
const SERVICE_FILE = 'service.json';

const owner = z.object({ service: z.string() });

/** Another process holds the data folder. */
export class DataFolderTaken extends Error {
  override readonly name = 'DataFolderTaken';
}

/** A data folder held by this process: nobody else can start an emulator on it. */
interface DataFolder {
  path: string;
  /** Writes emulator.json, which tells others where the emulator is. */
  announce(about: object): void;
  /** Removes emulator.json and lets the folder go. */
  release(): void;
}

/**
 * Takes a data folder for this process and this service; `fresh` empties it. Throws an Error saying what to do when
 * another emulator runs on it, or when it holds something that no emulator has put there, or data of another service
 * (emptying it would be a loss).
 */
export const takeDataFolder = (path: string, fresh: boolean, service: string): DataFolder => {
  mkdirSync(path, { recursive: true });
  const entries = readdirSync(path);
  if (entries.length > 0 && !entries.includes(LOCK)) {
    throw new Error(`${path} is not empty, and no emulator has kept data there. Name another folder.`);
  }
  refuseOther(path, service);
  const lock = takeLock(path);
  if (fresh) {
    // SQLite's own files stand beside the lock while it is held.
    for (const entry of readdirSync(path))
      if (!entry.startsWith(LOCK)) rmSync(join(path, entry), { recursive: true, force: true });
  }
  writeFileSync(join(path, SERVICE_FILE), `${JSON.stringify({ service })}\n`);
  const aboutFile = join(path, ABOUT_FILE);
  rmSync(aboutFile, { force: true });
  return {
    path,
    announce: (about) => writeFileSync(aboutFile, `${JSON.stringify(about, null, 2)}\n`),
    release() {
      rmSync(aboutFile, { force: true });
      lock.close();
    },
  };
};

const refuseOther = (path: string, service: string): void => {
  const held = serviceOf(join(path, SERVICE_FILE));
  if (held === undefined || held === service) return;
  throw new Error(`${path} holds data of the service "${held}", not of "${service}". Name another folder.`);
};

/** undefined: there is no file, or one that was being written when the machine stopped. */
const serviceOf = (file: string): string | undefined => {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    return owner.parse(JSON.parse(text)).service;
  } catch {
    return undefined;
  }
};

/** The operating system takes this lock away with the process, however it dies: no stale lock ever needs removing. */
const takeLock = (path: string): DatabaseSync => {
  const lock = new DatabaseSync(join(path, LOCK));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock.close();
    throw new DataFolderTaken(
      `Another emulator runs on ${path}${whose(path)}. Stop it, or name another folder.`,
      { cause },
    );
  }
};

const whose = (path: string): string => {
  const file = join(path, ABOUT_FILE);
  if (!existsSync(file)) return '';
  const { pid, endpoint } = JSON.parse(readFileSync(file, 'utf8'));
  return ` (process ${pid}, ${endpoint})`;
};
