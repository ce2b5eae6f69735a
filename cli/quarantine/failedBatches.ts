import { z } from 'zod';
import { CliError, messageOf } from '../../client/failure.ts';
import { readWhole } from '../../client/lake.ts';
import { parseJson } from '../../src/json/parse.ts';
import { FAILED_BATCHES, replayedBatchKey } from '../../src/lake/layout.ts';
import { landBatch } from '../../src/landing/landing.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { PartitionStates } from '../../src/ports/ledger.ts';
import { recordsOf, type StreamedRecord } from '../../src/sinks/kinesisBatch.ts';

/**
 * The invocation record of an S3 destination, as far as it matters: `payload` is the event that the function got, as
 * text. https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
const invocationRecord = z.looseObject({ payload: z.union([z.string(), z.looseObject({})]) });

const kinesisEvent = z.object({
  Records: z.array(
    z.object({
      eventID: z.string().includes(':'),
      kinesis: z.object({
        sequenceNumber: z.string(),
        approximateArrivalTimestamp: z.number(),
        data: z.base64(),
      }),
    }),
  ),
});

/** The records of a failed batch. Throws a CliError for what is no such document. */
export const failedRecords = (text: string, uri: string): StreamedRecord[] => {
  const document = invocationRecord.safeParse(parseJson(text)?.value);
  const payload = document.data?.payload;
  const event = kinesisEvent.safeParse(typeof payload === 'string' ? parseJson(payload)?.value : payload);
  if (!event.success)
    throw new CliError(`${uri} is not a failed batch of a stream:\n${z.prettifyError(event.error)}`);
  return recordsOf(event.data);
};

interface FailedBatch {
  key: string;
  /** `s3://bucket/key` */
  uri: string;
  records: number;
  /** set once it has landed */
  landed?: { lines: number; rawRows: number; quarantined: number; partitions: string[] };
  problem?: string;
}

interface Landing {
  /** the lake */
  store: ObjectStore;
  partitionStates: PartitionStates;
  clock: Clock;
}

/**
 * Lands each failed batch of a bucket with the very code of `land`, under the names it would have had: what was stored
 * before the batch failed is overwritten by itself. Only then is the document moved away, within its bucket. A batch
 * that cannot be landed keeps its place and its reason is told; the others go on.
 */
export const landFailedBatches = async (
  failed: ObjectStore,
  landing: Landing,
  options: { dryRun: boolean },
): Promise<FailedBatch[]> => {
  const batches: FailedBatch[] = [];
  for (const { key } of await failed.list(FAILED_BATCHES)) {
    const batch: FailedBatch = { key, uri: failed.uri(key), records: 0 };
    batches.push(batch);
    try {
      const body = await readWhole(failed, key);
      const records = failedRecords(body.toString('utf8'), batch.uri);
      batch.records = records.length;
      if (options.dryRun) continue;
      batch.landed = await landOne(records, landing);
      await failed.put(replayedBatchKey(key), body, 'application/json');
      await failed.remove([key]);
    } catch (error) {
      batch.problem = messageOf(error);
    }
  }
  return batches;
};

const landOne = async (
  records: readonly StreamedRecord[],
  landing: Landing,
): Promise<NonNullable<FailedBatch['landed']>> => {
  const { lines, rawRows, quarantined, partitions, failures } = await landBatch(records, landing);
  const [failure] = failures;
  if (failure !== undefined) throw new CliError(`${failure.what}: ${messageOf(failure.error)}`);
  return { lines, rawRows, quarantined, partitions };
};
