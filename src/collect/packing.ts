import type { StreamRecord } from '../ports/collect.ts';
import type { CollectedLine } from './line.ts';

const KiB = 1024;

/** Large enough that the per-record cost vanishes, small enough that one throttled record is little to send again. */
export const RECORD_BYTES = 128 * KiB;

export const CALL_RECORDS = 500;

/** Of the 5 MiB that PutRecords takes, partition keys included. */
export const CALL_BYTES = 4 * KiB * KiB;

const PARTITION_KEY_LENGTH = 256;

/** A record, and which of the lines given to `pack` it holds. */
export interface Packed {
  record: StreamRecord;
  lines: number[];
}

const partitionKeyOf = (line: CollectedLine, randomKey: () => string): string =>
  ('person' in line ? line.person : null)?.slice(0, PARTITION_KEY_LENGTH).toWellFormed() ?? randomKey();

/**
 * Lines packed, in their order, into records of at most RECORD_BYTES; a larger line has a record of its own. The
 * partition key is the person of a record's first event, else random, so that one hot sender spreads over the shards.
 */
export const pack = (lines: readonly CollectedLine[], randomKey: () => string): Packed[] => {
  const groups: { lines: number[]; parts: Uint8Array[]; bytes: number; partitionKey: string }[] = [];
  for (const [index, line] of lines.entries()) {
    const open = groups.at(-1);
    if (open !== undefined && open.bytes + line.bytes.length <= RECORD_BYTES) {
      open.lines.push(index);
      open.parts.push(line.bytes);
      open.bytes += line.bytes.length;
    } else {
      const partitionKey = partitionKeyOf(line, randomKey);
      groups.push({ lines: [index], parts: [line.bytes], bytes: line.bytes.length, partitionKey });
    }
  }
  return groups.map(({ lines: indexes, parts, partitionKey }) => ({
    record: { partitionKey, data: Buffer.concat(parts) },
    lines: indexes,
  }));
};

/** Records divided into calls, in their order, each within PutRecords' limits. */
export const callsOf = (packed: readonly Packed[]): Packed[][] => {
  const calls: Packed[][] = [];
  let bytes = 0;
  for (const one of packed) {
    const size = one.record.data.length + Buffer.byteLength(one.record.partitionKey);
    const call = calls.at(-1);
    if (call !== undefined && call.length < CALL_RECORDS && bytes + size <= CALL_BYTES) {
      call.push(one);
      bytes += size;
    } else {
      calls.push([one]);
      bytes = size;
    }
  }
  return calls;
};
