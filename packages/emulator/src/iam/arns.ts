import { ACCOUNT_ID, REGION } from '../account.ts';
import type { Json, JsonObject } from '../contracts.ts';
import type { RequiredPermission } from './types.ts';

export const arn = (service: string, rest: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${rest}`;

/** Text of a field; a call without it fails in its service, and matches no resource before. */
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export const objects = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.flatMap((each) => objectsIn(each)) : [];

const objectsIn = (value: Json): JsonObject[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : [];

/** The same action on each of the resources. */
export const onEach = (action: string, resources: readonly string[]): RequiredPermission[] =>
  resources.map((resource) => ({ action, resource }));

/** For actions that know no resources. */
export const onAll = (action: string) => (): RequiredPermission => ({ action, resource: '*' });
