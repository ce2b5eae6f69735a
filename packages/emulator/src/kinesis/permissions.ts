import type { JsonObject } from '../contracts.ts';
import { arn, onAll, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

const streamArn = (input: JsonObject): string => {
  const given = text(input.StreamARN);
  return given !== '' ? given : arn('kinesis', `stream/${text(input.StreamName)}`);
};

const onStream =
  (action: string) =>
  (input: JsonObject): RequiredPermission => ({
    action: `kinesis:${action}`,
    resource: streamArn(input),
  });

/** An iterator holds the stream's ARN: see packages/emulator/src/kinesis/actions/read.ts. */
const streamOfIterator = (iterator: string): string => {
  try {
    const content: unknown = JSON.parse(Buffer.from(iterator, 'base64').toString('utf8'));
    return Array.isArray(content) ? String(content[0]) : '';
  } catch {
    return ''; // no iterator of ours: Kinesis refuses it, and no policy allows it
  }
};

const actions = [
  'PutRecord',
  'PutRecords',
  'GetShardIterator',
  'DescribeStream',
  'DescribeStreamSummary',
  'ListShards',
  'CreateStream',
  'DeleteStream',
  'IncreaseStreamRetentionPeriod',
  'DecreaseStreamRetentionPeriod',
];

export const kinesisPermissions: PermissionTable = {
  ...Object.fromEntries(actions.map((action) => [action, onStream(action)])),
  GetRecords: ({ ShardIterator, StreamARN }) => ({
    action: 'kinesis:GetRecords',
    resource: text(StreamARN) || streamOfIterator(text(ShardIterator)),
  }),
  // In AWS's list of actions these two know no resource.
  UpdateShardCount: onAll('kinesis:UpdateShardCount'),
  UpdateStreamMode: onAll('kinesis:UpdateStreamMode'),
  ListStreams: onAll('kinesis:ListStreams'),
  DescribeLimits: onAll('kinesis:DescribeLimits'),
};

/** What Lambda reads a stream with, as the function's role: it asks for all of them when a mapping is made. */
export const pollerActions = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
