import type { RejectionReason } from '../events/envelope.ts';
import { quarantineKey } from '../lake/layout.ts';
import type { ObjectStore } from '../ports/lake.ts';
import { linesByHour } from './hourLines.ts';
import { nameOfRecord, type StreamedRecord } from './kinesisBatch.ts';
import { type Failure, rowsOf, storeLines } from './storing.ts';
import { lineOfRow, readBatch, rejectedEvent, type StreamBatch, type StreamedEvent } from './streamBatch.ts';

/** An event that a consumer cannot take, now or ever: it goes to quarantine and is not delivered again. */
export interface Rejection {
  event: StreamedEvent;
  reason: RejectionReason;
  detail: string;
}

/** What became of a batch. Events that are named in neither list are done. */
export interface Outcome {
  rejected?: readonly Rejection[];
  /** the batch is delivered again, from the first of these records on */
  failed?: readonly Failure[];
}

/**
 * A consumer of the stream. It gets a batch of one shard and says what became of its events. It may get a batch again,
 * after it has answered, and then cut differently: what it leaves must not change by that (test/sinks/contract.ts).
 * It may also get one without any event. Whatever it throws has the whole batch delivered again.
 */
export interface Consumer<Own extends Outcome = Outcome> {
  /** begins the names of the objects in quarantine that hold what it rejects */
  readonly name: string;
  /** Of all consumers one, `land`, brings the lines that are not events to quarantine. */
  readonly quarantinesLines?: boolean;
  take(batch: StreamBatch): Promise<Own>;
}

interface Consumed<Own extends Outcome> {
  batch: StreamBatch;
  outcome: Own;
  /** rows that are safe in quarantine, and the objects that hold them */
  quarantined: number;
  quarantineKeys: string[];
  failures: readonly Failure[];
  /** sequence number of the record that the stream delivers from again; null if all is done */
  retryFrom: string | null;
}

const nameOf = (record: StreamedRecord | undefined): string =>
  record === undefined ? '' : nameOfRecord(record);

/**
 * Has a consumer take one batch of one shard: checks its lines, writes to quarantine what is rejected, and says from
 * where the batch is to be repeated. Bad lines are data; a service that fails is told in `failures`.
 */
export const consume = async <Own extends Outcome>(
  records: readonly StreamedRecord[],
  consumer: Consumer<Own>,
  store: Pick<ObjectStore, 'put'>,
): Promise<Consumed<Own>> => {
  const batch = readBatch(records);
  const outcome = await consumer.take(batch);
  const own = (outcome.rejected ?? []).map(({ event, ...why }) =>
    rejectedEvent(event, why, nameOf(records[event.record])),
  );
  const rejected = consumer.quarantinesLines ? [...batch.rejected, ...own] : own;
  const owner = consumer.quarantinesLines ? null : consumer.name;
  const targets = linesByHour(rejected.map(lineOfRow)).map((lines) => ({
    lines,
    key: quarantineKey(lines.partition, batch.name, lines.rows, owner),
  }));
  const { done, failed } = await storeLines(targets, rejected.length, store);
  const failures = [...(outcome.failed ?? []), ...failed];
  const retry = Math.min(...failures.map(({ record }) => record));
  return {
    batch,
    outcome,
    quarantined: rowsOf(done),
    quarantineKeys: done.map(({ key }) => key),
    failures,
    retryFrom: records[retry]?.sequence ?? null,
  };
};

/** What the event source mapping is answered: it repeats the batch from that record on. */
export const answerOf = ({ retryFrom }: { retryFrom: string | null }) => ({
  batchItemFailures: retryFrom === null ? [] : [{ itemIdentifier: retryFrom }],
});
