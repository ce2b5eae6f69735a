import type { z } from 'zod';
import { AwsError, type Json, type JsonObject } from '../contracts.ts';

/**
 * Parses the input of a call. Fields the schema does not know are dropped, as AWS drops them. Throws AwsError
 * with the given code, naming every field that is wrong.
 */
export const parseInput = <T>(schema: z.ZodType<T>, input: JsonObject, code: string): T => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AwsError(code, `${problems.length} validation error(s) detected: ${problems.join('; ')}`);
};

/** A JSON object without the fields that are undefined. */
export const jsonObject = (fields: Record<string, Json | undefined>): JsonObject => {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) result[name] = value;
  return result;
};
