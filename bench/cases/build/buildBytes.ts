import { z } from 'zod';

const variables = z.object({ BUILD_MAX_BYTES: z.coerce.number(), BUILD_PART_BYTES: z.coerce.number() });

/** What the template lets build take, out of its environment. */
export const buildBytes = (env: Record<string, string>): { maxBytes: number; partBytes: number } => {
  const { BUILD_MAX_BYTES: maxBytes, BUILD_PART_BYTES: partBytes } = variables.parse(env);
  return { maxBytes, partBytes };
};
