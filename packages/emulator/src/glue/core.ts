import { z } from 'zod';
import { AwsError, type JsonObject } from '../contracts.ts';
import { page as pageOf } from '../endpoint/listing.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { Catalog } from './store.ts';

/** What the catalog's actions work on. */
export interface CatalogCore {
  catalog: Catalog;
  /** epoch milliseconds */
  now(): number;
}

export type CatalogAction = (core: CatalogCore, input: JsonObject) => JsonObject;

/** Parses the input of an action; what is wrong with it is an InvalidInputException, as from AWS. */
export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidInputException');

/** The catalog knows names in lower case only, whatever they are written in. */
export const nameString = z
  .string()
  .min(1)
  .max(255)
  .transform((name) => name.toLowerCase());

/** Any JSON object, kept as it is. */
export const anyObject = z.record(z.string(), z.json());

export const inDatabase = z.object({ DatabaseName: nameString });

export const inTable = z.object({ DatabaseName: nameString, TableName: nameString });

export const notFound = (what: string): AwsError =>
  new AwsError('EntityNotFoundException', `${what} not found.`);

/** The listed fields of an object, those it has. */
export const pick = (source: JsonObject, names: readonly string[]): JsonObject => {
  const picked: JsonObject = {};
  for (const name of names) {
    const value = source[name];
    if (value !== undefined && value !== null) picked[name] = value;
  }
  return picked;
};

export const pageInput = z.object({
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(1000).optional(),
});

export const page = <T>(
  all: readonly T[],
  input: z.infer<typeof pageInput>,
  defaultSize: number,
): { items: T[]; NextToken: string | undefined } => pageOf(all, input, defaultSize, 'InvalidInputException');
