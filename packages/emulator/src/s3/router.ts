import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../contracts.ts';
import type { Permit } from '../iam/types.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './actions/buckets.ts';
import { copyObject, uploadPartCopy } from './actions/copy.ts';
import { listObjectsV1, listObjectsV2 } from './actions/list.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './actions/multipart.ts';
import { getObject, getObjectTagging, headObject } from './actions/read.ts';
import { deleteObject, deleteObjects, putObject } from './actions/write.ts';
import type { Core, S3Action } from './core.ts';
import { s3Permissions } from './permissions.ts';

/** Parameters that shape an answer but do not choose the operation. */
const plain = new Set([
  'x-id',
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'continuation-token',
  'start-after',
  'encoding-type',
  'fetch-owner',
  'marker',
  'max-uploads',
  'max-parts',
  'max-buckets',
  // a presigned URL of signature version 2
  'AWSAccessKeyId',
  'Signature',
  'Expires',
]);

const isCopy = ({ headers }: IncomingMessage): boolean => headers['x-amz-copy-source'] !== undefined;

/** Operation by `METHOD subject?parameters that choose`, parameters in alphabetical order. */
export const s3Operations: Record<string, S3Action> = {
  'GET service': listBuckets,
  'PUT bucket': createBucket,
  'HEAD bucket': headBucket,
  'DELETE bucket': deleteBucket,
  'GET bucket': (call) => (call.query.get('list-type') === '2' ? listObjectsV2(call) : listObjectsV1(call)),
  'GET bucket?location': getBucketLocation,
  'GET bucket?uploads': listMultipartUploads,
  'POST bucket?delete': deleteObjects,
  'GET object': getObject,
  'GET object?tagging': getObjectTagging,
  'HEAD object': headObject,
  'PUT object': (call) => (isCopy(call.request) ? copyObject(call) : putObject(call)),
  'DELETE object': deleteObject,
  'POST object?uploads': createMultipartUpload,
  'PUT object?partNumber&uploadId': (call) =>
    isCopy(call.request) ? uploadPartCopy(call) : uploadPart(call),
  'POST object?uploadId': completeMultipartUpload,
  'DELETE object?uploadId': abortMultipartUpload,
  'GET object?uploadId': listParts,
};

const choosing = (query: URLSearchParams): string[] =>
  [...new Set(query.keys())]
    .filter((name) => !plain.has(name) && !name.startsWith('response-') && !/^x-amz-/i.test(name))
    .sort();

/** Path-style requests only: `/bucket/key`. */
const splitPath = (path: string): { bucket: string; key: string } => {
  const slash = path.indexOf('/', 1);
  try {
    return slash < 0
      ? { bucket: decodeURIComponent(path.slice(1)), key: '' }
      : { bucket: decodeURIComponent(path.slice(1, slash)), key: decodeURIComponent(path.slice(slash + 1)) };
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
};

/**
 * Finds and runs the operation of a request. A subresource that is not emulated is refused: answering
 * `PUT ?tagging` as if it were a plain PUT would make the tags the object.
 */
export const routeS3 = async (
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  permit?: Permit,
): Promise<void> => {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const { bucket, key } = splitPath(mark < 0 ? url : url.slice(0, mark));
  const subject = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const parameters = choosing(query);
  const name = `${request.method} ${subject}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
  const operation = Object.hasOwn(s3Operations, name) ? s3Operations[name] : undefined;
  if (operation === undefined) {
    throw new AwsError(
      'NotImplemented',
      `Emulator: S3 ${name} is not emulated. See docs/differences.md of headrace-emulator.`,
      501,
    );
  }
  if (permit !== undefined) {
    const exists = (): boolean => core.metadata.get(bucket, key) !== undefined;
    permit(...(s3Permissions[name]?.({ bucket, key, query, request, exists }) ?? unknownNeeds(name)));
  }
  await operation({ core, bucket, key, query, request, response, permit });
};

const unknownNeeds = (name: string): never => {
  const what = `which permissions S3 ${name} needs is not known. It wants an entry in packages/emulator/src/s3/permissions.ts.`;
  throw new AwsError('AccessDenied', `Emulator: ${what}`, 403);
};
