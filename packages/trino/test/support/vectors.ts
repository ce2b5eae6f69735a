import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';

/** The vectors of a file, one a line, gzipped or not; none of a file that is absent. */
export const vectorsOf = <T>(file: string | undefined, vector: z.ZodType<T>): T[] => {
  if (file === undefined) return [];
  const content = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(content) : content)
    .toString()
    .trim()
    .split('\n')
    .map((line) => vector.parse(JSON.parse(line)));
};
