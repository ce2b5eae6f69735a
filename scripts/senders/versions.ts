import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Of a package in node_modules. */
export const installedVersion = (name: string): string =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))).version;
