import type { IncomingMessage } from 'node:http';
import { bare, header, preconditionFailed } from './core.ts';
import type { ObjectRow } from './store.ts';

const matches = (etag: string, list: string): boolean =>
  list.split(',').some((item) => item.trim() === '*' || bare(item.trim()) === bare(etag));

/** HTTP dates have whole seconds. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

/**
 * Whether an object is still as If-None-Match and If-Modified-Since have it. Throws PreconditionFailed where it is not as
 * If-Match and If-Unmodified-Since want it. `prefix`: of the headers' names.
 */
export const isNotModified = (request: IncomingMessage, object: ObjectRow, prefix = ''): boolean => {
  const condition = (name: string): string | undefined => header(request, `${prefix}if-${name}`);
  const since = (name: string): number => seconds(Date.parse(condition(name) ?? ''));
  const [ifMatch, ifNoneMatch] = [condition('match'), condition('none-match')];
  const modified = seconds(object.modifiedMs);
  const changed =
    ifMatch === undefined ? modified > since('unmodified-since') : !matches(object.etag, ifMatch);
  if (changed) throw preconditionFailed();
  return ifNoneMatch === undefined ? modified <= since('modified-since') : matches(object.etag, ifNoneMatch);
};
