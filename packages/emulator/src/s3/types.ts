import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalObjects } from '../contracts.ts';
import type { Permit } from '../iam/types.ts';

/** S3: the AWS API, and what the services of the same process need. */
export interface ObjectService extends LocalObjects {
  /** Creates the bucket; nothing happens if it is there. Throws AwsError('InvalidBucketName'). */
  createBucket(bucket: string): void;
  hasBucket(bucket: string): boolean;
  /** With `permit` the caller may only do what it lets through. */
  handle(request: IncomingMessage, response: ServerResponse, permit?: Permit): void | Promise<void>;
}
