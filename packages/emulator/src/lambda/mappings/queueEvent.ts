import { z } from 'zod';
import { REGION } from '../../account.ts';

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

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The messages that are done, by what a function with ReportBatchItemFailures answered. An answer that names nothing is
 * a success; one that is malformed, or names a message that was not in the batch, is a failure of the whole batch.
 */
export const messagesDone = (payload: string, batch: readonly Message[]): Message[] => {
  const parsed = response.safeParse(JSON.parse(payload));
  if (!parsed.success) return [];
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(batch.map(({ MessageId }) => MessageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return batch.filter(({ MessageId }) => !failed.has(MessageId));
};
