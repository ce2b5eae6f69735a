import type { z } from 'zod';
import { AwsError, type JsonObject } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { DeliveryStore, DeliveryStream } from './store.ts';

/** What the actions work on. */
export interface Core {
  store: DeliveryStore;
}

export type Action = (core: Core, input: JsonObject) => JsonObject;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidArgumentException');

/** Throws ResourceNotFoundException. */
export const deliveryStreamNamed = ({ store }: Core, name: string): DeliveryStream => {
  const found = store.find(name);
  if (found) return found;
  throw new AwsError('ResourceNotFoundException', `Firehose ${name} under account 000000000000 not found.`);
};
