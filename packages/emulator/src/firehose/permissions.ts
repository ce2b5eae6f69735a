import type { JsonObject } from '../contracts.ts';
import { onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';
import { deliveryStreamArn } from './arn.ts';

const onDeliveryStream =
  (action: string) =>
  ({ DeliveryStreamName }: JsonObject): RequiredPermission => ({
    action: `firehose:${action}`,
    resource: deliveryStreamArn(text(DeliveryStreamName)),
  });

export const firehosePermissions: PermissionTable = {
  ...Object.fromEntries(
    ['DescribeDeliveryStream', 'PutRecord', 'PutRecordBatch'].map((action) => [
      action,
      onDeliveryStream(action),
    ]),
  ),
  ListDeliveryStreams: onAll('firehose:ListDeliveryStreams'),
};

/**
 * What Firehose's guide wants of its roles ("Grant Firehose access to an Amazon S3 destination"): on the stream that
 * is read, on the bucket, and on its objects. It asks for all of them when the delivery stream is made.
 */
export const sourceActions = [
  'kinesis:DescribeStream',
  'kinesis:GetShardIterator',
  'kinesis:GetRecords',
  'kinesis:ListShards',
];
export const bucketActions = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
export const objectActions = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
