import type { CollectorRequest } from './request.ts';

// Others are not keys of ours: nobody has to hash megabytes of header for them, or ask the table.
const keyForm = /^[\x21-\x7e]{1,256}$/;

/** A write key that may be one: printable ASCII without spaces, 256 characters at most. */
export const usableKey = (key: unknown): string | undefined =>
  typeof key === 'string' && keyForm.test(key) ? key : undefined;

/** Whether a body may hold a write key, so that it is worth reading although no header has one. */
export const mayHoldKey = (body: { text: string } | { bytes: Buffer }, members: readonly string[]): boolean =>
  'text' in body && members.some((name) => body.text.includes(`"${name}"`));

const fromAuthorization = (header: string): string | undefined => {
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  // `writeKey:`, with an empty password, as Segment's SDKs send it.
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1).join('');
};

/**
 * The write key in a request's headers: `Authorization: Basic base64(key:)`, `Authorization: Bearer key` or
 * `X-Write-Key: key`. Not from the URL, which is logged on the way.
 */
export const writeKeyOf = (request: CollectorRequest): string | undefined => {
  const authorization = request.headers.get('authorization');
  const fromHeader = authorization === undefined ? undefined : fromAuthorization(authorization);
  return usableKey(fromHeader) ?? usableKey(request.headers.get('x-write-key'));
};
