import { z } from 'zod';
import { AwsError, type JsonObject } from '../contracts.ts';
import { page as pageOf } from '../endpoint/listing.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { Elements } from '../endpoint/types.ts';
import { stackArn } from './arn.ts';
import type { Stack, StackStore } from './store.ts';

/** What the actions work on. */
export interface Core {
  store: StackStore;
}

type Fields = Readonly<Record<string, string>>;

/** Takes the fields of a query, and gives what stands in `<…Result>`. */
export type Action = (core: Core, fields: Fields) => Elements;

export const parse = <T>(schema: z.ZodType<T>, fields: Fields): T => {
  const input: JsonObject = { ...fields };
  return parseInput(schema, input, 'ValidationError');
};

export const members = (items: readonly Elements[]): Elements[] => items.map((member) => ({ member }));

export const date = (ms: number): string => new Date(ms).toISOString();

export const statusOf = ({ updatedMs }: Stack): string =>
  updatedMs === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';

const isNamed = ({ name }: Stack, nameOrId: string): boolean =>
  nameOrId === name || nameOrId === stackArn(name);

/** By name or id. Throws ValidationError, as AWS does. */
export const stackNamed = ({ store }: Core, nameOrId: string): Stack => {
  const stack = store.get();
  if (stack !== undefined && isNamed(stack, nameOrId)) return stack;
  throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
};

export const inStack = z.object({ StackName: z.string().min(1), NextToken: z.string().optional() });

/** AWS's pages of all listings. */
export const page = <T>(items: readonly T[], NextToken: string | undefined) =>
  pageOf(items, { NextToken }, 100, 'ValidationError');
