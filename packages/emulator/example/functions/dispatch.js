import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

/** The state machine's task: asks for the order's confirmation. */
export const handler = async ({ id }) => {
  const message = new SendMessageCommand({
    QueueUrl: process.env.CONFIRMATIONS_QUEUE,
    MessageBody: JSON.stringify({ id }),
  });
  const { MessageId } = await sqs.send(message);
  return { id, messageId: MessageId };
};
