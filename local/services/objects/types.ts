import type { LocalObjects } from '../../contracts.ts';
import type { HttpHandler } from '../../endpoint/types.ts';

/** S3: the AWS API, and what the services of the same process need. */
export interface ObjectService extends LocalObjects {
  /** Creates the bucket; nothing happens if it is there. Throws AwsError('InvalidBucketName'). */
  createBucket(bucket: string): void;
  hasBucket(bucket: string): boolean;
  handle: HttpHandler;
}
