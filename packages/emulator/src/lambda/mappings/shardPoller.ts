import type { Kinesis, ShardPosition } from '../../kinesis/types.ts';
import { type DeliveryPorts, deliver } from './deliver.ts';
import { type EventRecord, type EventSource, eventRecord, fitting } from './event.ts';
import type { MappingSpec } from './mappingSpec.ts';

interface PollerPorts extends Omit<DeliveryPorts, 'progress'> {
  kinesis: Pick<Kinesis, 'readShard'>;
  position(): ShardPosition;
  progress(sequenceNumber: string): void;
  /** Resolves at the next change: new records, or somebody who waits for the mappings to catch up. */
  changed(): Promise<void>;
  /** Somebody waits for the mappings to catch up: batches are not held back for more records then. */
  hurry(): boolean;
  /** A defect, or a destination that fails: the poller waits and goes on from its checkpoint. */
  onError(error: unknown): void;
}

/** How long to wait after an error of the emulator itself. */
const ERROR_PAUSE_MS = 5_000;

/** What one read takes from the shard: raw bytes whose base64 just fills a call. */
const READ_BYTES = 4.5 * 1024 * 1024;

/** Reads a shard to its end, batch after batch. Resolves when the shard has ended or the signal is aborted. */
export const pollShard = async (
  source: EventSource,
  spec: MappingSpec,
  ports: PollerPorts,
): Promise<void> => {
  const { signal } = ports;
  while (!signal.aborted) {
    try {
      const batch = await nextBatch(source, spec, ports);
      if (batch === 'ended') return;
      await deliver(batch, spec, ports);
    } catch (error) {
      if (signal.aborted) return;
      ports.onError(error);
      await ports.timer.sleep(ERROR_PAUSE_MS, signal).catch(() => {});
    }
  }
};

/** Waits for records, then for the batch to fill or its window to pass. */
const nextBatch = async (
  source: EventSource,
  spec: MappingSpec,
  ports: PollerPorts,
): Promise<EventRecord[] | 'ended'> => {
  const gathered: EventRecord[] = [];
  let after = ports.position();
  let windowEndsMs = Number.POSITIVE_INFINITY;
  for (;;) {
    ports.signal.throwIfAborted();
    const changed = ports.changed();
    const limits = { maxRecords: spec.batchSize - gathered.length, maxBytes: READ_BYTES };
    const read = ports.kinesis.readShard(source.streamArn, source.shardId, after, limits);
    after = read.next;
    if (gathered.length === 0) windowEndsMs = ports.timer.now() + spec.windowSeconds * 1000;
    gathered.push(...read.records.map((record) => eventRecord(record, source)));
    // What does not fit is read again: only the checkpoint counts.
    const { records, full } = fitting(gathered);
    if (records.length === 0) {
      if (read.ended) return 'ended';
      await untilAborted(changed, ports.signal);
      continue;
    }
    // A read that ends behind the tip was cut by a limit: the batch cannot grow.
    const complete = full || records.length >= spec.batchSize || read.millisBehindLatest > 0 || read.ended;
    const leftMs = windowEndsMs - ports.timer.now();
    if (complete || leftMs <= 0 || ports.hurry()) return records;
    await untilEither(changed, leftMs, ports);
  }
};

const untilAborted = async (promise: Promise<void>, signal: AbortSignal): Promise<void> => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = (): void => resolve();
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([promise, aborted]);
  signal.removeEventListener('abort', abort);
};

/** Until `promise` resolves, `ms` have passed or the poller is stopped; the sleep ends with it. */
const untilEither = async (promise: Promise<void>, ms: number, ports: PollerPorts): Promise<void> => {
  const enough = new AbortController();
  const sleep = ports.timer.sleep(ms, AbortSignal.any([enough.signal, ports.signal])).catch(() => {});
  await Promise.race([promise, sleep]);
  enough.abort();
};
