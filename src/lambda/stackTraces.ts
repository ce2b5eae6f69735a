import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { once } from '../once.ts';

/** A place in a bundle, as V8 writes it: `file:///var/task/functions/land.mjs:12:3456`. */
const place = /(file:\/\/[^\s()]+\.mjs):(\d+):(\d+)/g;

const maps = new Map<string, SourceMap | undefined>();

const readMap = (bundle: string): SourceMap | undefined => {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${bundle}.map`), 'utf8')));
  } catch {
    // Without a map the place stays as it is: an error's own text must not be lost over it.
    return undefined;
  }
};

const mapOf = (bundle: string): SourceMap | undefined => {
  if (!maps.has(bundle)) maps.set(bundle, readMap(bundle));
  return maps.get(bundle);
};

/** The text of a stack trace with the places of bundles as files, lines and columns of their sources. */
export const inSources = (stack: string): string =>
  stack.replace(place, (found, bundle: string, line: string, column: string) => {
    const origin = mapOf(bundle)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !('fileName' in origin)) return found;
    const file = fileURLToPath(new URL(origin.fileName, bundle));
    return `${file}:${origin.lineNumber}:${origin.columnNumber}`;
  });

/**
 * From now on stack traces name the files that people know, not the bundle. Node's --enable-source-maps reads every map
 * at every start, which takes 15 ms of it; here a map is read when a stack that needs it is first asked for.
 */
export const nameSources = /* @__PURE__ */ once(() => {
  const format =
    Error.prepareStackTrace ??
    ((error: Error, frames: NodeJS.CallSite[]) => [error, ...frames].join('\n    at '));
  Error.prepareStackTrace = (error, frames) => {
    const stack: unknown = format(error, frames);
    return typeof stack === 'string' ? inSources(stack) : stack;
  };
});
