import type { HostedService } from '../fauxqs/service.ts';
import { sqsPermissions } from './permissions.ts';

/** Queues, their messages and their dead-letter queues, by fauxqs. */
export const sqs: HostedService = {
  name: 'sqs',
  permissions: sqsPermissions,
  actions: [
    ...['CreateQueue', 'DeleteQueue', 'GetQueueUrl', 'ListQueues', 'PurgeQueue'],
    ...['GetQueueAttributes', 'SetQueueAttributes', 'TagQueue', 'UntagQueue', 'ListQueueTags'],
    ...['SendMessage', 'SendMessageBatch', 'ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch'],
    ...['ChangeMessageVisibility', 'ChangeMessageVisibilityBatch'],
  ],
};
