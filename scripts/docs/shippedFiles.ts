import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { filesBelow, projectFolders } from '../../client/package.ts';
import { projectFolder } from '../../compiler/folder.ts';

/**
 * The files of events/ and queries/ that the docs were written for. Whoever changes them has docs of other files until
 * `npm run docs` has written them anew; that is no fault of the product, so its tests compare figures and lists of the
 * docs only while these are the files.
 */
const RECORD = 'docs/reference/.project.json';

type Digests = Readonly<Record<string, string>>;

const digestOf = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);

/** Path and digest of each file of a project, in the order of their paths. */
const projectFiles = (folder: string): Digests =>
  Object.fromEntries(
    projectFolders
      .flatMap((kind) => filesBelow(folder, kind))
      .map((path) => [path, digestOf(join(folder, path))]),
  );

export const recordedFiles = (): Digests =>
  existsSync(RECORD) ? z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(RECORD, 'utf8'))) : {};

/** What is new, changed or gone, a sentence each: `queries/marts/mine.sql is new`. */
export const differences = (recorded: Digests, now: Digests): string[] =>
  [...new Set([...Object.keys(recorded), ...Object.keys(now)])].sort().flatMap((path) => {
    if (recorded[path] === now[path]) return [];
    if (recorded[path] === undefined) return [`${path} is new`];
    return [now[path] === undefined ? `${path} is gone` : `${path} has changed`];
  });

export const sinceTheDocs = (): string[] => differences(recordedFiles(), projectFiles(projectFolder()));

export const recordFiles = (): void =>
  writeFileSync(RECORD, `${JSON.stringify(projectFiles(projectFolder()), undefined, 2)}\n`);
