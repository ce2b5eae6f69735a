import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError, type JsonObject, type Measure } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { Records } from './records.ts';
import type { Stream, Streams } from './store.ts';
import type { ShardLimits } from './throttle.ts';

/** What the actions work on. */
export interface Core {
  db: DatabaseSync;
  streams: Streams;
  records: Records;
  /** undefined: shards take what comes */
  limits: ShardLimits | undefined;
  now(): number;
  measure: Measure | undefined;
  /** Records were stored in the stream. */
  announce(stream: Stream): void;
}

export type Action = (core: Core, input: JsonObject) => JsonObject;

/** Parses the input of an action; what is wrong with it is a ValidationException, as from AWS. */
export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'ValidationException');

const streamReference = z.object({ StreamName: z.string().optional(), StreamARN: z.string().optional() });

/** The stream an input names, by name or ARN. */
export const streamOf = (core: Core, input: JsonObject): Stream => {
  const { StreamName, StreamARN } = parse(streamReference, input);
  const reference = StreamARN ?? StreamName;
  if (reference === undefined) {
    throw new AwsError('InvalidArgumentException', 'Either StreamName or StreamARN must be given.');
  }
  return core.streams.get(reference);
};
