import { daysOf, type Partition, partitionValues } from '../lake/partition.ts';

export const quotedList = (texts: Iterable<string>): string =>
  [...texts].map((text) => `'${text}'`).join(', ');

/** A plain list, from which Athena computes the partitions. */
export const daysSql = (partitions: readonly Partition[]): string =>
  partitions.length === 0 ? 'false' : `dt IN (${quotedList(daysOf(partitions))})`;

/** Two of them: they hold more hours than were asked for, if the days differ. */
export const hoursSql = (partitions: readonly Partition[]): string => {
  if (partitions.length === 0) return 'false';
  const hours = new Set(partitions.map((partition) => partitionValues(partition)[1] ?? ''));
  return `${daysSql(partitions)} AND hr IN (${quotedList([...hours].sort())})`;
};
