import { rawKey } from '../lake/layout.ts';
import type { Partition } from '../lake/partition.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { PartitionStates } from '../ports/ledger.ts';
import { type Consumer, consume, type Outcome } from '../sinks/consumer.ts';
import { linesByHour } from '../sinks/hourLines.ts';
import type { StreamedRecord } from '../sinks/kinesisBatch.ts';
import { rowsOf, settle, storeLines, type Target } from '../sinks/storing.ts';

interface LandingPorts {
  store: ObjectStore;
  partitionStates: PartitionStates;
  clock: Clock;
}

/** What became of a batch. `rawRows` and `quarantined` count what is safely stored. */
export interface Landing {
  /** begins the name of every object of the batch; the empty text for a batch without records */
  batch: string;
  lines: number;
  rawRows: number;
  quarantined: number;
  objects: number;
  /** of the objects written, raw ones first; each ends with how many rows it holds */
  keys: string[];
  partitions: Partition[];
  failures: { what: string; error: unknown }[];
  /** first sequence whose lines are not all stored and marked: the stream delivers from there again; null if none */
  retryFrom: string | null;
}

interface Landed extends Outcome {
  /** raw objects that are stored, and those of them whose hours are marked as well */
  written: readonly Target[];
  marked: readonly Target[];
}

/**
 * The consumer that lands events: writes each hour's object, then marks the hours stale. Only those of objects that are
 * stored: a mark without its object would be early. Keys and bytes follow from the batch alone, so that a redelivered
 * batch overwrites itself; a batch that is cut differently the next time leaves duplicates, which builds take out.
 */
export const landConsumer = ({ store, partitionStates, clock }: LandingPorts): Consumer<Landed> => ({
  name: 'land',
  quarantinesLines: true,
  async take({ name, events }) {
    const targets = linesByHour(events).map((lines) => ({
      lines,
      key: rawKey(lines.partition, name, lines.rows),
    }));
    const puts = await storeLines(targets, events.length, store);
    const at = clock.now();
    const marks = await settle('markStale', puts.done, ({ lines }) =>
      partitionStates.markStale(lines.partition, at, { landed: true }),
    );
    return { written: puts.done, marked: marks.done, failed: [...puts.failed, ...marks.failed] };
  },
});

/**
 * Lands one batch of one shard. A failed put or mark fails nothing else: the batch is repeated from its first record.
 */
export const landBatch = async (
  records: readonly StreamedRecord[],
  ports: LandingPorts,
): Promise<Landing> => {
  const consumed = await consume(records, landConsumer(ports), ports.store);
  const { batch, outcome, quarantineKeys, quarantined, failures, retryFrom } = consumed;
  const { written, marked } = outcome;
  const keys = [...written.map(({ key }) => key), ...quarantineKeys];
  return {
    batch: batch.name,
    lines: batch.events.length + batch.rejected.length,
    rawRows: rowsOf(marked),
    quarantined,
    objects: keys.length,
    keys,
    partitions: marked.map(({ lines }) => lines.partition),
    failures: failures.map(({ what, error }) => ({ what, error })),
    retryFrom,
  };
};

/** Imported history has hundreds of hours in a batch; the names of the others follow from its id and their hours. */
const KEYS_LOGGED = 50;

/** What the log says of a batch: which records of which shard it was, and which objects it became. */
export const landingLine = (
  { failures: _told, partitions, keys, ...landing }: Landing,
  records: readonly StreamedRecord[],
) => ({
  ...landing,
  shard: records[0]?.shard,
  first: records[0]?.sequence,
  last: records.at(-1)?.sequence,
  records: records.length,
  partitions: partitions.length,
  keys: keys.slice(0, KEYS_LOGGED),
});
