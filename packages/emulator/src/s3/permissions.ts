import type { IncomingMessage } from 'node:http';
import { onEach } from '../iam/arns.ts';
import type { RequiredPermission } from '../iam/types.ts';

/** What of a request of S3 decides which permissions it needs. */
interface S3Call {
  bucket: string;
  key: string;
  query: URLSearchParams;
  request: Pick<IncomingMessage, 'headers'>;
  /** Whether the object is there. */
  exists(): boolean;
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

export const listAsk = (bucket: string, prefix: string): RequiredPermission => ({
  action: 's3:ListBucket',
  resource: bucketArn(bucket),
  context: { 's3:prefix': prefix },
});

const onBucket =
  (action: string) =>
  ({ bucket }: S3Call): RequiredPermission[] =>
    onEach(action, [bucketArn(bucket)]);

const onObject =
  (action: string) =>
  ({ bucket, key }: S3Call): RequiredPermission[] =>
    onEach(action, [objectArn(bucket, key)]);

const list = ({ bucket, query }: S3Call): RequiredPermission[] => {
  const context: Record<string, string> = { 's3:prefix': query.get('prefix') ?? '' };
  for (const name of ['delimiter', 'max-keys']) {
    const value = query.get(name);
    if (value !== null) context[`s3:${name}`] = value;
  }
  return [{ action: 's3:ListBucket', resource: bucketArn(bucket), context }];
};

/** Who may not list a bucket does not learn that an object is missing: 403 instead of 404. */
const read = (call: S3Call): RequiredPermission[] => {
  const ask = onObject('s3:GetObject')(call);
  return call.exists() ? ask : [...ask, ...onEach('s3:ListBucket', [bucketArn(call.bucket)])];
};

const write = (call: S3Call): RequiredPermission[] => {
  const { headers } = call.request;
  const asks = onObject('s3:PutObject')(call);
  const source = headers['x-amz-copy-source'];
  if (typeof source === 'string') {
    const path = decodeURIComponent(source.replace(/^\//, ''));
    asks.unshift({ action: 's3:GetObject', resource: `arn:aws:s3:::${path}` });
  }
  // A write on condition of what is there tells the writer what is there.
  if (headers['if-match'] !== undefined) asks.push(...onObject('s3:GetObject')(call));
  return asks;
};

/** By the operations of packages/emulator/src/s3/router.ts. `POST bucket?delete` asks for each key by itself. */
export const s3Permissions: Readonly<Record<string, (call: S3Call) => readonly RequiredPermission[]>> = {
  'GET service': () => onEach('s3:ListAllMyBuckets', ['*']),
  'PUT bucket': onBucket('s3:CreateBucket'),
  'HEAD bucket': onBucket('s3:ListBucket'),
  'DELETE bucket': onBucket('s3:DeleteBucket'),
  'GET bucket': list,
  'GET bucket?location': onBucket('s3:GetBucketLocation'),
  'GET bucket?uploads': onBucket('s3:ListBucketMultipartUploads'),
  'POST bucket?delete': () => [],
  'GET object': read,
  'GET object?tagging': onObject('s3:GetObjectTagging'),
  'HEAD object': read,
  'PUT object': write,
  'DELETE object': onObject('s3:DeleteObject'),
  'POST object?uploads': onObject('s3:PutObject'),
  'PUT object?partNumber&uploadId': write,
  'POST object?uploadId': onObject('s3:PutObject'),
  'DELETE object?uploadId': onObject('s3:AbortMultipartUpload'),
  'GET object?uploadId': onObject('s3:ListMultipartUploadParts'),
};
