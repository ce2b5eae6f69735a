import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { Alarms, Publish } from './alarms.ts';
import type { MetricStore } from './store.ts';

/** What the actions work on. */
export interface Core {
  store: MetricStore;
  alarms: Alarms;
  publish: Publish;
  now(): number;
}

export type Action = (core: Core, input: JsonObject) => JsonObject | Promise<JsonObject>;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidParameterValue');

/** Epoch seconds on the wire, milliseconds in here. */
export const time = z.union([z.number().transform((s) => s * 1_000), z.iso.datetime().transform(Date.parse)]);

export const seconds = (ms: number): number => ms / 1_000;

export const dimensionInput = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((given) => Object.fromEntries(given.map(({ Name, Value }) => [Name, Value])));

export const dimensionList = (dimensions: Readonly<Record<string, string>>): JsonObject[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
