import type { z } from 'zod';
import { AwsError, type JsonObject, type LocalObjects } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { Permit } from '../iam/types.ts';
import type { GlueCatalog } from './glueShapes.ts';
import type { Runner } from './runner.ts';
import type { Execution, History } from './store.ts';
import type { WorkGroups } from './workGroups.ts';

/** What the actions work on. */
export interface AthenaCore {
  history: History;
  workGroups: WorkGroups;
  catalog: GlueCatalog;
  runner: Runner;
  objects: LocalObjects;
  /** of a caller that is limited: catalog and objects are held to it already */
  permit: Permit | undefined;
  now(): number;
}

export type AthenaAction = (core: AthenaCore, input: JsonObject) => JsonObject | Promise<JsonObject>;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidRequestException');

export const queryOf = (core: AthenaCore, id: string): Execution => {
  const found = core.history.get(id);
  if (!found) throw new AwsError('InvalidRequestException', `QueryExecution ${id} was not found`);
  return found;
};
