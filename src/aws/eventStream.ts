import { type KinesisClient, PutRecordsCommand, type PutRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import * as z from 'zod';
import { HeadraceError } from '../errors.ts';
import type { EventStream, PutOutcome, StreamRecord } from '../ports.ts';
import { asFailure } from './failures.ts';

/** Names of errors that are about the program or its surroundings, although they came without an answer of AWS. */
const ours = new Set(['TypeError', 'RangeError', 'SyntaxError', 'CredentialsProviderError']);

/** What an error of the SDK tells: errors of Node's own network code are not all of our realm's Error. */
const sdkError = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

interface PutFailure {
  error: unknown;
  /** no answer came: the session may be dead without knowing it */
  unanswered: boolean;
}

/** AWS's words for a request it cannot read repeat what was sent: a partition key is somebody's id, and is not logged. */
const repeats = new Set(['ValidationException', 'InvalidArgumentException', 'SerializationException']);

const withoutText = (what: string, name: string): Error =>
  Object.assign(new Error(`${what}: ${name}. What it says is left out: it may repeat what was sent.`), {
    name,
  });

/**
 * The SDK speaks HTTP/2 with Kinesis, and its errors of a broken session are plain `Error`s without name or code. So
 * for this service: what no answer of AWS explains, and any 5xx, may pass.
 */
const putFailure = (error: unknown): PutFailure => {
  const what = 'Putting records into the stream';
  const told = sdkError.safeParse(error).data;
  const status = told?.$metadata?.httpStatusCode;
  if (told === undefined || ours.has(told.name)) return { error, unanswered: false };
  const failure = asFailure(error, what);
  const passing = status === undefined || status >= 500;
  if (failure instanceof HeadraceError || !passing)
    return repeats.has(told.name)
      ? { error: withoutText(what, told.name), unanswered: false }
      : { error: failure, unanswered: status === undefined };
  const text = `${what}: ${told.name}: ${told.message}`;
  return { error: new HeadraceError('Transient', text, { cause: error }), unanswered: status === undefined };
};

/** The Kinesis stream. Give the client one attempt: the caller retries, and only the records that failed. */
export class KinesisStream implements EventStream {
  readonly #client: KinesisClient;
  readonly #streamName: string;

  constructor(client: KinesisClient, streamName: string) {
    this.#client = client;
    this.#streamName = streamName;
  }

  async put(records: readonly StreamRecord[]): Promise<PutOutcome[]> {
    const command = new PutRecordsCommand({
      StreamName: this.#streamName,
      Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
    });
    const answer = await this.#send(command);
    // A record counts as taken by its sequence number, not by the absence of an error.
    return records.map((_, index) => {
      const entry = answer.Records?.[index];
      if (entry?.SequenceNumber !== undefined)
        return { taken: true, record: `${entry.ShardId ?? ''}:${entry.SequenceNumber}` };
      return { taken: false, errorCode: entry?.ErrorCode ?? 'NoSequenceNumber' };
    });
  }

  async #send(command: PutRecordsCommand): Promise<PutRecordsCommandOutput> {
    try {
      return await this.#client.send(command);
    } catch (error) {
      const failure = putFailure(error);
      // The client's sessions are closed, not the client: the next call opens a new one.
      if (failure.unanswered) this.#client.destroy();
      throw failure.error;
    }
  }
}
