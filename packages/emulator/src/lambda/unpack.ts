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
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

/** Below a project's node_modules. */
const CACHE = join('.cache', 'headrace-emulator', 'functions');

/** Packages of days ago: nobody goes back to them, and each holds a whole bundle. */
const KEPT_MS = 3 * 24 * 60 * 60 * 1000;

const HERE = `${process.platform}-${process.arch}`;
const nativeBinding = /node_modules\/@duckdb\/node-bindings-([a-z0-9]+-[a-z0-9]+)\//;

/** 64 MB of another machine's binary would only cost time and disk. */
const isForeignBinding = (path: string): boolean => (nativeBinding.exec(path)?.[1] ?? HERE) !== HERE;

/** The nearest node_modules above a path, not one of a package that lies in another. */
const nodeModulesAbove = (path: string): string | undefined => {
  const [outer = path, inner] = path.split(`${sep}node_modules${sep}`);
  if (inner !== undefined) return join(outer, 'node_modules');
  const here = join(path, 'node_modules');
  if (existsSync(here)) return here;
  return dirname(path) === path ? undefined : nodeModulesAbove(dirname(path));
};

/**
 * Functions are unpacked below the project whose package it is, or else the one that the emulator belongs to. So
 * Node's own look-up finds native modules of this machine where the zip brings only Lambda's.
 */
const functionsFolder = (zipPath: string): string => {
  const modules =
    nodeModulesAbove(dirname(resolve(zipPath))) ?? nodeModulesAbove(dirname(fileURLToPath(import.meta.url)));
  return modules === undefined ? join(tmpdir(), 'headrace-emulator', 'functions') : join(modules, CACHE);
};

/**
 * Unpacks a function's zip into a folder named after its content, unless it is there already, and returns the folder.
 * Throws an Error naming the zip when it is missing, damaged or reaches out of its folder.
 */
export const unpack = (zipPath: string): string => {
  let zip: Buffer;
  try {
    zip = readFileSync(zipPath);
  } catch (cause) {
    throw new Error(`No package at ${zipPath}: package the service again`, { cause });
  }
  const folder = join(functionsFolder(zipPath), createHash('sha256').update(zip).digest('hex').slice(0, 20));
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  // Another emulator may be unpacking the same: each into a folder of its own, and the rename decides.
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

/** Removes the unpacked functions beside these that no emulator has started for days. */
export const removeStalePackages = (taskRoots: readonly string[], now: number): void => {
  const folders = new Set(taskRoots.map((taskRoot) => dirname(taskRoot)));
  for (const path of [...folders].flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name)),
  )) {
    if (now - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
};
