import type { JsonObject } from '../contracts.ts';
import { arn, text } from '../iam/arns.ts';
import type { PermissionTable } from '../iam/guard.ts';
import type { RequiredPermission } from '../iam/types.ts';

/** `http://127.0.0.1:4566/000000000000/name` */
const queueArn = (url: string): string => arn('sqs', url.split('/').at(-1) ?? '');

const onQueue =
  (action: string) =>
  ({ QueueUrl, QueueName }: JsonObject): RequiredPermission => ({
    action: `sqs:${action}`,
    resource: queueArn(text(QueueUrl) || text(QueueName)),
  });

/** What Lambda's poller does with the queue in the name of the function's role. */
export const queuePollerActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** The calls of SQS that a function would make. The batches need what their items need. */
export const sqsPermissions: PermissionTable = {
  SendMessage: onQueue('SendMessage'),
  SendMessageBatch: onQueue('SendMessage'),
  ReceiveMessage: onQueue('ReceiveMessage'),
  DeleteMessage: onQueue('DeleteMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  GetQueueAttributes: onQueue('GetQueueAttributes'),
  GetQueueUrl: onQueue('GetQueueUrl'),
};
