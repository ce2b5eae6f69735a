import { DAY_MS, HOUR_MS, utcDay } from '../json/instants.ts';

/** An hour of UTC, the unit that is built and published: `2026-11-01T05`. In keys: `dt=2026-11-01/hr=05`. */
export type Partition = string;

const pattern = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3])$/;

/** The moment that the hour begins, in ms. */
export const startOf = (partition: Partition): number => Date.parse(`${partition}:00:00Z`);

/** February 30th has no hours: Date.parse alone would take it for March 2nd. */
export const isPartition = (text: string): boolean => {
  if (!pattern.test(text)) return false;
  const start = startOf(text);
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(text);
};

/** `2026-11-01T05:10:00.000Z` → `2026-11-01T05` */
export const partitionOf = (time: string): Partition => time.slice(0, 13);

/** `2026-11-01T05` → `2026-11-01` */
export const dayOf = (partition: Partition): string => partition.slice(0, 10);

/** `2026-11-01T05` → `['2026-11-01', '05']`: the values of `dt` and `hr` in the tables. */
export const partitionValues = (partition: Partition): string[] => [dayOf(partition), partition.slice(11)];

/** `['2026-11-01', '05']` → `2026-11-01T05` */
export const partitionOfValues = (values: readonly string[]): Partition => values.join('T');

/** The days of these hours, ascending, each once. */
export const daysOf = (partitions: readonly Partition[]): string[] =>
  [...new Set(partitions.map(dayOf))].sort();

/** `2026-02-28` → `2026-03-01` */
export const nextDay = (day: string): string => utcDay(Date.parse(`${day}T00:00:00Z`) + DAY_MS);

/** So many hours later, or earlier: `2026-11-01T23`, 2 → `2026-11-02T01` */
export const hoursLater = (partition: Partition, hours: number): Partition =>
  partitionOf(new Date(startOf(partition) + hours * HOUR_MS).toISOString());

/** `2026-11-01T23` → `2026-11-02T00` */
export const hourAfter = (partition: Partition): Partition => hoursLater(partition, 1);

/** The hours of a range, ascending; its end is exclusive. */
export const hoursBetween = (from: Partition, to: Partition): Partition[] => {
  const hours: Partition[] = [];
  for (let hour = from; hour < to; hour = hourAfter(hour)) hours.push(hour);
  return hours;
};

/** The days that a range of hours touches; its end is exclusive. */
export const daysWithin = ({ from, to }: { from: Partition; to: Partition }): string[] => {
  const days: string[] = [];
  const end = to.endsWith('T00') ? dayOf(to) : nextDay(dayOf(to));
  for (let day = dayOf(from); day < end; day = nextDay(day)) days.push(day);
  return days;
};
