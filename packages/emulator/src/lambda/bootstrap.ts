import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** TypeScript in the repository, JavaScript in the published package. */
const isSource = import.meta.url.endsWith('.ts');
const SOURCE = fileURLToPath(new URL(isSource ? './program.ts' : './program.js', import.meta.url));

/**
 * Writes program.ts as JavaScript into a folder of the emulator and returns its path. Every process that strips types by
 * itself loads a compiler for it: a fifth of what the start of a function costs. Once is enough.
 */
export const writeBootstrap = (folder: string): string => {
  mkdirSync(folder, { recursive: true });
  const path = resolve(folder, 'program.mjs'); // the process starts in another folder
  const program = readFileSync(SOURCE, 'utf8');
  writeFileSync(path, isSource ? stripTypeScriptTypes(program) : program);
  return path;
};
