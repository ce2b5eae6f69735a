import type { JsonObject } from '../contracts.ts';
import { arn, text } from '../iam/arns.ts';
import type { AsksOf } from '../iam/guard.ts';
import type { Ask } from '../iam/types.ts';

/** `http://127.0.0.1:4566/000000000000/name` */
const queueArn = (url: string): string => arn('sqs', url.split('/').at(-1) ?? '');

const onQueue =
  (action: string) =>
  ({ QueueUrl, QueueName }: JsonObject): Ask => ({
    action: `sqs:${action}`,
    resource: queueArn(text(QueueUrl) || text(QueueName)),
  });

const onTopic = ({ TopicArn, TargetArn }: JsonObject): Ask => ({
  action: 'sns:Publish',
  resource: text(TopicArn) || text(TargetArn),
});

/** The calls of SQS, SNS and STS that a function would make, by service. The batches need what their items need. */
export const messagingAsks: Readonly<Record<string, AsksOf>> = {
  sqs: {
    SendMessage: onQueue('SendMessage'),
    SendMessageBatch: onQueue('SendMessage'),
    ReceiveMessage: onQueue('ReceiveMessage'),
    DeleteMessage: onQueue('DeleteMessage'),
    DeleteMessageBatch: onQueue('DeleteMessage'),
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
    GetQueueAttributes: onQueue('GetQueueAttributes'),
    GetQueueUrl: onQueue('GetQueueUrl'),
  },
  sns: { Publish: onTopic, PublishBatch: onTopic },
  // Anybody may ask who they are.
  sts: { GetCallerIdentity: () => [] },
};
