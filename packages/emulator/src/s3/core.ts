import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../contracts.ts';
import type { Permit } from '../iam/types.ts';
import type { Files } from './files.ts';
import type { Metadata, ObjectRow } from './store.ts';
import type { Uploads } from './uploads.ts';

/** What the actions of S3 work on. */
export interface Core {
  db: DatabaseSync;
  metadata: Metadata;
  uploads: Uploads;
  files: Files;
  now(): number;
}

/** One request of S3, taken apart. */
export interface S3Request {
  core: Core;
  bucket: string;
  /** empty for a request to the bucket itself */
  key: string;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  /** of a caller that is limited */
  permit: Permit | undefined;
}

export type S3Action = (call: S3Request) => void | Promise<void>;

export const requireBucket = (core: Core, bucket: string): void => {
  if (!core.metadata.hasBucket(bucket)) {
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }
};

/** As S3: 1,024 bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

export const requireKey = (key: string): void => {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new AwsError('KeyTooLongError', 'Your key is too long');
  }
};

export const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

export const preconditionFailed = (): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);

/** An ETag without its quotes, which requests may leave out. */
export const bare = (etag: string): string => etag.replaceAll('"', '');

export const requireObject = (core: Core, bucket: string, key: string): ObjectRow => {
  requireBucket(core, bucket);
  const object = core.metadata.get(bucket, key);
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return object;
};

/**
 * Makes `object` what stands under its key, if the request's If-None-Match and If-Match allow it. Everything from
 * the check to the commit is one step that nothing can come between.
 */
export const commitObject = (call: S3Request, object: ObjectRow): void => {
  const { core, bucket, request } = call;
  const current = core.metadata.get(bucket, object.key);
  const ifNoneMatch = header(request, 'if-none-match');
  const ifMatch = header(request, 'if-match');
  try {
    requireBucket(core, bucket);
    if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed();
    if (ifMatch !== undefined && current === undefined) {
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    }
    if (ifMatch !== undefined && current !== undefined && bare(current.etag) !== bare(ifMatch)) {
      throw preconditionFailed();
    }
    core.metadata.put(bucket, object);
  } catch (error) {
    core.files.removeNow(object.file);
    throw error;
  }
  if (current !== undefined) core.files.release(current.file);
};

/** Headers of a PUT that a GET gives back. */
const kept = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires'];

/** The headers to store with an object. A presigned URL has the metadata in its query. */
export const storedHeaders = ({
  request,
  query,
}: Pick<S3Request, 'request' | 'query'>): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of query) {
    if (/^x-amz-meta-/i.test(name)) headers[name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && (kept.includes(name) || name.startsWith('x-amz-meta-'))) {
      headers[name] = value;
    }
  }
  headers['content-type'] ??= 'binary/octet-stream';
  // aws-chunked is how the body travelled, not what it is.
  const encodings = (header(request, 'content-encoding') ?? '').split(',').map((name) => name.trim());
  const own = encodings.filter((name) => name !== '' && name !== 'aws-chunked').join(',');
  if (own !== '') headers['content-encoding'] = own;
  return headers;
};
