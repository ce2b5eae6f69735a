import type { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { SecretStore } from './store.ts';

/** What the actions work on. */
export interface Core {
  secrets: SecretStore;
  /** epoch milliseconds */
  now(): number;
}

export type Action = (core: Core, input: JsonObject) => JsonObject;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidParameterException');
