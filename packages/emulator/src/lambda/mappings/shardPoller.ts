import type { Kinesis, ShardPosition } from '../../kinesis/types.ts';
import { untilEither } from './change.ts';
import { type DeliveryPorts, deliver, endWindow } from './deliver.ts';
import { type EventRecord, type EventSource, eventRecord, fitting } from './event.ts';
import type { MappingSpec } from './mappingSpec.ts';
import { EARLY, FINAL, TumblingWindow } from './tumbling.ts';

interface PollerPorts extends Omit<DeliveryPorts, 'progress' | 'window'> {
  kinesis: Pick<Kinesis, 'readShard'>;
  position(): ShardPosition;
  progress(sequenceNumber: string): void;
  /** The records up to this one are in the state of a window, which nothing stores yet. */
  take(sequenceNumber: string): void;
  /** Resolves at the next change: new records, or somebody who waits for the mappings to catch up. */
  changed(): Promise<void>;
  /** Somebody waits for the mappings to catch up: batches are not held back for more records then. */
  hurry(): boolean;
  /** A defect, or a destination that fails: the poller waits and goes on from its checkpoint. */
  onError(error: unknown): void;
}

/**
 * What a shard has next: records of one batch, or `ended` for good. Of a shard with an open window also `over`, when no
 * record of it can come any more, and `hurry`, when somebody waits for what it holds.
 */
type Next = EventRecord[] | 'ended' | 'over' | 'hurry';

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
  const step = spec.tumblingSeconds ? windowed(source, spec, ports) : () => stateless(source, spec, ports);
  while (!signal.aborted) {
    try {
      if ((await step()) === 'ended') return;
    } catch (error) {
      if (signal.aborted) return;
      ports.onError(error);
      await ports.timer.sleep(ERROR_PAUSE_MS, signal).catch(() => {});
    }
  }
};

const stateless = async (
  source: EventSource,
  spec: MappingSpec,
  ports: PollerPorts,
): Promise<'ended' | undefined> => {
  const next = await nextBatch(source, spec, ports);
  if (typeof next === 'string') return 'ended';
  await deliver(next, spec, ports);
  return undefined;
};

/**
 * The same with tumbling windows: a batch is of one window, and a window ends with a call of its own. Only then the
 * checkpoint moves, for until then its records are in the state alone.
 */
const windowed = (source: EventSource, spec: MappingSpec, ports: PollerPorts) => {
  let window: TumblingWindow | undefined;
  const portsOf = (of: TumblingWindow): DeliveryPorts => ({
    ...ports,
    window: of,
    progress(sequenceNumber) {
      of.take(sequenceNumber);
      ports.take(sequenceNumber);
    },
    ended: ports.progress,
  });
  return async (): Promise<'ended' | undefined> => {
    const next = await nextBatch(source, spec, ports, window);
    if (typeof next !== 'string') {
      const [first] = next;
      if (first === undefined) return undefined;
      window ??= new TumblingWindow(source, spec.tumblingSeconds, first);
      await deliver(next, spec, portsOf(window));
      return undefined;
    }
    if (window !== undefined)
      await endWindow(window, next === 'hurry' ? EARLY : FINAL, spec, portsOf(window));
    // One that was ended early goes on with a fresh state.
    if (next !== 'hurry') window = undefined;
    return next === 'ended' ? 'ended' : undefined;
  };
};

/** Waits for records, then for the batch to fill or its time to pass. */
const nextBatch = async (
  source: EventSource,
  spec: MappingSpec,
  ports: PollerPorts,
  window?: TumblingWindow,
): Promise<Next> => {
  const gathered: EventRecord[] = [];
  let after = ports.position();
  let batchEndsMs = Number.POSITIVE_INFINITY;
  for (;;) {
    ports.signal.throwIfAborted();
    const changed = ports.changed();
    const limits = { maxRecords: spec.batchSize - gathered.length, maxBytes: READ_BYTES };
    const read = ports.kinesis.readShard(source.streamArn, source.shardId, after, limits);
    after = read.next;
    if (gathered.length === 0) batchEndsMs = ports.timer.now() + spec.windowSeconds * 1000;
    gathered.push(...read.records.map((record) => eventRecord(record, source)));
    // What does not fit is read again: only the checkpoint counts.
    const { records, full } = ofOneWindow(fitting(gathered, window?.stateBytes), source, spec, window);
    if (records.length === 0) {
      const ending = full ? 'over' : endingOf(window, read.ended, ports);
      if (ending !== undefined) return ending;
      await untilEither(changed, (window?.endMs ?? Number.POSITIVE_INFINITY) - ports.timer.now(), ports);
      continue;
    }
    // A read that ends behind the tip was cut by a limit: the batch cannot grow.
    const complete = full || records.length >= spec.batchSize || read.millisBehindLatest > 0 || read.ended;
    const leftMs = batchEndsMs - ports.timer.now();
    if (complete || leftMs <= 0 || ports.hurry()) return records;
    await untilEither(changed, leftMs, ports);
  }
};

/** The first of these records that are of one window: of the open one, if there is one. */
const ofOneWindow = (
  { records, full }: { records: EventRecord[]; full: boolean },
  source: EventSource,
  { tumblingSeconds }: MappingSpec,
  open: TumblingWindow | undefined,
): { records: EventRecord[]; full: boolean } => {
  const [first] = records;
  if (!tumblingSeconds || first === undefined) return { records, full };
  const window = open ?? new TumblingWindow(source, tumblingSeconds, first);
  const end = records.findIndex((record) => !window.holds(record));
  return end === -1 ? { records, full } : { records: records.slice(0, end), full: true };
};

/** Why an open window, or the shard, ends although no record has come. */
const endingOf = (
  window: TumblingWindow | undefined,
  ended: boolean,
  ports: PollerPorts,
): 'ended' | 'over' | 'hurry' | undefined => {
  if (ended) return 'ended';
  if (window === undefined) return undefined;
  if (ports.timer.now() >= window.endMs) return 'over';
  return window.taken !== undefined && ports.hurry() ? 'hurry' : undefined;
};
