import { z } from 'zod';
import type { JsonObject } from '../contracts.ts';
import { page as pageOf } from '../endpoint/listing.ts';
import { jsonObject, parseInput } from '../endpoint/parseInput.ts';
import type { ScheduleStore } from './store.ts';

/** What the actions work on. */
export interface Core {
  store: ScheduleStore;
}

export type Action = (core: Core, input: JsonObject) => JsonObject;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'ValidationException');

/** From a query, where numbers are text. */
export const pageInput = z.object({
  NextToken: z.string().optional(),
  MaxResults: z.coerce.number().int().min(1).max(100).optional(),
  NamePrefix: z.string().default(''),
});

/** A page of those whose name begins as asked. */
export const page = <T extends { name: string }>(
  all: readonly T[],
  input: z.infer<typeof pageInput>,
): { items: T[]; NextToken: string | undefined } => {
  const named = all.filter(({ name }) => name.startsWith(input.NamePrefix));
  return pageOf(named, input, 100, 'ValidationException');
};

/** When something of the template came and changed. */
export const datesOf = ({ store }: Core, arn: string): JsonObject => {
  const { createdMs, modifiedMs } = store.times(arn);
  return jsonObject({ CreationDate: createdMs / 1000, LastModificationDate: modifiedMs / 1000 });
};
