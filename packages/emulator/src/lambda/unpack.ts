import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

/**
 * Functions are unpacked below the project, so that Node's own look-up finds native modules of this machine in the
 * project's node_modules where the zip brings only Lambda's.
 */
const FUNCTIONS_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.headrace', 'functions');

/** Packages of days ago: nobody goes back to them, and each holds a whole bundle. */
const KEPT_MS = 3 * 24 * 60 * 60 * 1000;

const HERE = `${process.platform}-${process.arch}`;
const nativeBinding = /node_modules\/@duckdb\/node-bindings-([a-z0-9]+-[a-z0-9]+)\//;

/** 64 MB of another machine's binary would only cost time and disk. */
const isForeignBinding = (path: string): boolean => (nativeBinding.exec(path)?.[1] ?? HERE) !== HERE;

/**
 * Unpacks a function's zip into a folder named after its content, unless it is there already, and returns the folder.
 * Throws an Error naming the zip when it is missing, damaged or reaches out of its folder.
 */
export const unpack = (zipPath: string): string => {
  let zip: Buffer;
  try {
    zip = readFileSync(zipPath);
  } catch (cause) {
    throw new Error(`No package at ${zipPath}: package the stage again`, { cause });
  }
  const folder = join(FUNCTIONS_FOLDER, createHash('sha256').update(zip).digest('hex').slice(0, 20));
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  // Another stage may be unpacking the same: each into a folder of its own, and the rename decides.
  const fresh = `${folder}.${randomUUID()}`;
  writeFiles(zip, fresh, zipPath);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
};

const writeFiles = (zip: Buffer, folder: string, zipPath: string): void => {
  const files = unzipSync(zip, { filter: ({ name }) => !isForeignBinding(name) });
  for (const [name, bytes] of Object.entries(files)) {
    if (name.split('/').includes('..') || name.startsWith('/'))
      throw new Error(`${zipPath} holds a path out of its folder: ${name}`);
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, bytes);
  }
};

/** Removes unpacked functions that no stage has started for days. */
export const removeStalePackages = (now: number): void => {
  if (!existsSync(FUNCTIONS_FOLDER)) return;
  for (const name of readdirSync(FUNCTIONS_FOLDER)) {
    const path = join(FUNCTIONS_FOLDER, name);
    if (now - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
};
