import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { HeadraceError } from '../errors.ts';
import { once } from '../once.ts';
import type { EventStream, PutOutcome, StreamRecord } from '../ports/collect.ts';
import * as z from '../schema.ts';
import { DirectCalls } from './directCalls.ts';
import { asFailure } from './failures.ts';
import { putRecordsBody } from './putRecordsBody.ts';

/** Names of errors that, without an answer of AWS, are about the program or its surroundings. */
const ours = new Set(['TypeError', 'RangeError', 'SyntaxError', 'CredentialsProviderError']);

/** What an error of the SDK tells: errors of Node's own network code are not all of our realm's Error. */
const sdkError = /* @__PURE__ */ once(() =>
  z.object({
    name: z.string(),
    message: z.string(),
    $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
  }),
);

interface PutFailure {
  error: unknown;
  /** no answer came: the session may be dead without knowing it */
  unanswered: boolean;
}

/**
 * AWS's words for a request it cannot read repeat what was sent: a partition key is somebody's id, and is not logged.
 */
const repeats = new Set(['ValidationException', 'InvalidArgumentException', 'SerializationException']);

const withoutText = (what: string, name: string): Error =>
  Object.assign(new Error(`${what}: ${name}. What it says is left out: it may repeat what was sent.`), {
    name,
  });

/**
 * Errors of a broken connection come in many names, and as plain `Error`s without one. So for this service: what no
 * answer of AWS explains, and any 5xx, may pass.
 */
const putFailure = (error: unknown): PutFailure => {
  const what = 'Putting records into the stream';
  const told = sdkError().safeParse(error).data;
  const status = told?.$metadata?.httpStatusCode;
  if (told === undefined || (status === undefined && ours.has(told.name)))
    return { error, unanswered: false };
  const failure = asFailure(error, what);
  const passing = status === undefined || status >= 500;
  if (failure instanceof HeadraceError || !passing)
    return repeats.has(told.name)
      ? { error: withoutText(what, told.name), unanswered: false }
      : { error: failure, unanswered: status === undefined };
  const text = `${what}: ${told.name}: ${told.message}`;
  return { error: new HeadraceError('Transient', text, { cause: error }), unanswered: status === undefined };
};

const IDLE = { timeout: 20_000 };

/** For the stream's client, as options of its HTTP handler. Milliseconds; the last is how long nothing may be heard. */
export const streamConnections = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
  socketTimeout: 3_000,
  httpAgent: IDLE,
  httpsAgent: IDLE,
};

/** What an answer says of one record. */
interface Entry {
  SequenceNumber?: unknown;
  ShardId?: unknown;
  ErrorCode?: unknown;
}

/** A record counts as taken by its sequence number, not by the absence of an error. */
const outcomeOf = ({ SequenceNumber, ShardId, ErrorCode }: Entry): PutOutcome =>
  typeof SequenceNumber === 'string'
    ? { taken: true, record: `${ShardId ?? ''}:${SequenceNumber}` }
    : { taken: false, errorCode: typeof ErrorCode === 'string' ? ErrorCode : 'NoSequenceNumber' };

/**
 * The Kinesis stream. Give the client one attempt, since the caller retries, and only the records that failed; and no
 * other work than this.
 */
export class KinesisStream implements EventStream {
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #direct: DirectCalls;

  constructor(client: KinesisClient, streamName: string) {
    this.#client = client;
    this.#streamName = streamName;
    this.#direct = new DirectCalls(client);
  }

  async put(records: readonly StreamRecord[]): Promise<PutOutcome[]> {
    const entries = await this.#send(records);
    return records.map((_, index) => outcomeOf(entries[index] ?? {}));
  }

  async #send(records: readonly StreamRecord[]): Promise<readonly Entry[]> {
    try {
      const { Records } = this.#direct.ready
        ? await this.#direct.call(putRecordsBody(this.#streamName, records))
        : await this.#client.send(this.#command(records));
      return Array.isArray(Records) ? Records : [];
    } catch (error) {
      const failure = putFailure(error);
      // The client's connections are closed, not the client: the next call opens a new one.
      if (failure.unanswered) this.#client.destroy();
      throw failure.error;
    }
  }

  #command(records: readonly StreamRecord[]): PutRecordsCommand {
    return new PutRecordsCommand({
      StreamName: this.#streamName,
      Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
    });
  }
}
