import { basename, extname } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundledProject } from './bundledProject.ts';

/**
 * Names the files that a bundle loads later after its function: serverless-esbuild leaves out of a function's zip what
 * is named after another one, and knows no other way to tell whose they are.
 */
const chunkNames: Plugin = {
  name: 'chunkNames',
  setup({ initialOptions }) {
    const entries = initialOptions.entryPoints;
    const [entry] = Array.isArray(entries) ? entries : [];
    if (typeof entry !== 'string')
      throw new Error('chunkNames: esbuild was given no list of files to start from.');
    initialOptions.chunkNames = `${basename(entry, extname(entry))}.[name]-[hash]`;
  },
};

const plugins = [chunkNames, bundledProject];

// The one name under which `require` of an ES module gives the list itself, as serverless-esbuild expects it.
export { plugins as 'module.exports' };
