import { z } from 'zod';
import { REGION } from '../../account.ts';
import { itemFailures } from './itemFailures.ts';

/** A message as ReceiveMessage answers it. */
export const message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  MD5OfBody: z.string(),
  Body: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string(),
        StringValue: z.string().optional(),
        BinaryValue: z.string().optional(),
      }),
    )
    .default({}),
});
export type Message = z.infer<typeof message>;

/** The event that Lambda makes of a batch of messages. */
export const queueEvent = (messages: readonly Message[], queueArn: string): string =>
  JSON.stringify({ Records: messages.map((each) => recordOf(each, queueArn)) });

const recordOf = (given: Message, queueArn: string): object => ({
  messageId: given.MessageId,
  receiptHandle: given.ReceiptHandle,
  body: given.Body,
  attributes: given.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(given.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...{ stringValue: StringValue, binaryValue: BinaryValue },
        ...{ stringListValues: [], binaryListValues: [], dataType: DataType },
      },
    ]),
  ),
  md5OfBody: given.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: REGION,
});

/**
 * The messages that are done, by what a function with ReportBatchItemFailures answered. One that was not in the batch
 * means the whole batch.
 */
export const messagesDone = (payload: string, batch: readonly Message[]): Message[] => {
  const failures = itemFailures(payload);
  const known = new Set(batch.map(({ MessageId }) => MessageId));
  if (failures === 'all' || failures.some((id) => !known.has(id))) return [];
  const failed = new Set(failures);
  return batch.filter(({ MessageId }) => !failed.has(MessageId));
};
