import type { Partition } from '../lake/partition.ts';

/** A line, its \n included, where it lies in memory. */
export interface Line {
  /** index of the record that it came in */
  record: number;
  partition: Partition;
  data: Buffer;
  start: number;
  end: number;
}

/** Lines that go into one object. */
export interface HourLines {
  /** UTC hour: of the events, or of the receipt of rejected lines */
  partition: Partition;
  rows: number;
  chunks: Buffer[];
  /**
   * index of the first record that has a line here: from there on the batch is repeated if the object cannot be written
   */
  firstRecord: number;
}

/** Bytes that lie side by side in memory, whichever records they are of. */
type Range = Pick<Line, 'data' | 'start' | 'end'>;

type Hours = Map<Partition, { lines: HourLines; last: Range }>;

const bytesOf = ({ data, start, end }: Range): Buffer =>
  Buffer.from(data.buffer, data.byteOffset + start, end - start);

/** Neighbours go over as one slice of what came: nothing is written anew, no digit changes. */
const add = (hours: Hours, { record, partition, data, start, end }: Line): Hours => {
  const found = hours.get(partition);
  if (found === undefined) {
    const lines: HourLines = { partition, rows: 1, chunks: [], firstRecord: record };
    return hours.set(partition, { lines, last: { data, start, end } });
  }
  const { lines, last } = found;
  lines.rows += 1;
  if (last.data.buffer === data.buffer && last.data.byteOffset + last.end === data.byteOffset + start) {
    last.end += end - start;
  } else {
    lines.chunks.push(bytesOf(last));
    found.last = { data, start, end };
  }
  return hours;
};

/** Sorts lines by hour, ascending; within an hour they keep their order. The same lines give the same bytes. */
export const linesByHour = (lines: readonly Line[]): HourLines[] => {
  // No loop: see readBatch.
  const hours = lines.reduce(add, new Map());
  const found = [...hours.values()].map(({ lines, last }) => ({
    ...lines,
    chunks: [...lines.chunks, bytesOf(last)],
  }));
  return found.sort((a, b) => (a.partition < b.partition ? -1 : 1));
};
