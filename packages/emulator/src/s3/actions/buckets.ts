import { REGION } from '../../account.ts';
import { AwsError } from '../../contracts.ts';
import { transaction } from '../../database.ts';
import { type Core, requireBucket, type S3Action } from '../core.ts';
import { element, sendXml } from '../xml.ts';

/** S3's rules, as far as a typing error breaks them. */
const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Creates the bucket; nothing happens if it is there. */
export const createBucketNamed = (core: Core, bucket: string): void => {
  if (!bucketName.test(bucket)) {
    throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${bucket}`);
  }
  core.metadata.createBucket(bucket, core.now());
};

export const listBuckets: S3Action = ({ core, response }) => {
  const buckets = core.metadata.buckets().map(({ name, createdMs }) => {
    const created = new Date(createdMs).toISOString();
    return `<Bucket>${element('Name', name)}${element('CreationDate', created)}</Bucket>`;
  });
  const owner = '<Owner><ID>emulator</ID><DisplayName>emulator</DisplayName></Owner>';
  sendXml(response, 'ListAllMyBucketsResult', `${owner}<Buckets>${buckets.join('')}</Buckets>`);
};

/** In us-east-1 creating one's own bucket again succeeds. */
export const createBucket: S3Action = ({ core, bucket, request, response }) => {
  createBucketNamed(core, bucket);
  request.resume();
  response.writeHead(200, { location: `/${bucket}`, 'content-length': 0 }).end();
};

export const headBucket: S3Action = ({ core, bucket, response }) => {
  requireBucket(core, bucket);
  response.writeHead(200, { 'x-amz-bucket-region': REGION }).end();
};

export const getBucketLocation: S3Action = ({ core, bucket, response }) => {
  requireBucket(core, bucket);
  // us-east-1 has no name here: it is the place buckets were before there were places.
  sendXml(response, 'LocationConstraint', '');
};

export const deleteBucket: S3Action = ({ core, bucket, response }) => {
  requireBucket(core, bucket);
  transaction(core.db, () => {
    const inUse =
      !core.metadata.after(bucket, '', '', 1).next().done || core.uploads.ofBucket(bucket).length > 0;
    if (inUse) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    core.metadata.deleteBucket(bucket);
  });
  response.writeHead(204).end();
};
