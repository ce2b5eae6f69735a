import type { CollectorRequest } from './request.ts';

// Longer ones are not keys of ours; hashing megabytes of header is nobody's need.
const MAX_KEY_LENGTH = 256;

export const usableKey = (key: unknown): string | undefined =>
  typeof key === 'string' && key !== '' && key.length <= MAX_KEY_LENGTH ? key : undefined;

const fromAuthorization = (header: string): string | undefined => {
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  // `writeKey:`, with an empty password, as Segment's SDKs send it.
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1).join('');
};

/**
 * The write key in a request's headers: `Authorization: Basic base64(key:)`, `Authorization: Bearer key` or
 * `X-Write-Key: key`. Never from the URL: those are logged on the way.
 */
export const writeKeyOf = (request: CollectorRequest): string | undefined => {
  const authorization = request.headers.get('authorization');
  const fromHeader = authorization === undefined ? undefined : fromAuthorization(authorization);
  return usableKey(fromHeader) ?? usableKey(request.headers.get('x-write-key'));
};
