import { fileURLToPath } from 'node:url';

/** Where events/ and queries/ are: beside the code, unless HEADRACE_PROJECT names another folder. */
export const projectFolder = (): string =>
  process.env.HEADRACE_PROJECT ?? fileURLToPath(new URL('..', import.meta.url));
