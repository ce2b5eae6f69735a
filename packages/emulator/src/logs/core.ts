import type { z } from 'zod';
import { AwsError, type JsonObject } from '../contracts.ts';
import { parseInput } from '../endpoint/parseInput.ts';
import type { LogGroup, LogStore } from './store.ts';

/** What the actions work on. */
export interface Core {
  store: LogStore;
}

export type Action = (core: Core, input: JsonObject) => JsonObject;

export const parse = <T>(schema: z.ZodType<T>, input: JsonObject): T =>
  parseInput(schema, input, 'InvalidParameterException');

interface GroupInput {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}

/** `logGroupIdentifier` is a name or an ARN. Throws ResourceNotFoundException. */
export const groupOf = ({ store }: Core, { logGroupName, logGroupIdentifier }: GroupInput): LogGroup => {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw new AwsError(
      'InvalidParameterException',
      'Name the log group by logGroupName or by logGroupIdentifier, and by one of them only.',
    );
  }
  const identifier = logGroupName ?? logGroupIdentifier ?? '';
  const found = store.find(identifier.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, ''));
  if (found !== undefined) return found;
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
};
