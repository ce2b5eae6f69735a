import { fileURLToPath } from 'node:url';

/** Where events/ and queries/ are. */
export const projectFolder = (): string => fileURLToPath(new URL('..', import.meta.url));
