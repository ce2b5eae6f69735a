/** What CloudWatch keeps of the values of a metric in a stretch of time. */
export interface Summary {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** how often each value came; undefined when only a statistic set is known, so that there are no percentiles */
  values: Map<number, number> | undefined;
}

/** Digits kept of a value for percentiles: enough for them, and a busy minute stays small. */
const DIGITS = 3;

export const summaryOf = (value: number, count = 1): Summary => ({
  count,
  sum: value * count,
  min: value,
  max: value,
  values: new Map([[Number(value.toPrecision(DIGITS)), count]]),
});

/** All of these together; undefined of nothing. */
export const together = (summaries: readonly Summary[]): Summary | undefined => {
  const [first, ...others] = summaries;
  if (first === undefined) return undefined;
  const total = { ...first, values: first.values && new Map(first.values) };
  for (const other of others) addTo(total, other);
  return total;
};

/** Adds `other` to `total`, in place. */
export const addTo = (total: Summary, other: Summary): void => {
  total.count += other.count;
  total.sum += other.sum;
  total.min = Math.min(total.min, other.min);
  total.max = Math.max(total.max, other.max);
  if (total.values === undefined || other.values === undefined) total.values = undefined;
  else
    for (const [value, count] of other.values)
      total.values.set(value, (total.values.get(value) ?? 0) + count);
};

const plain: Readonly<Record<string, (summary: Summary) => number>> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
  SampleCount: ({ count }) => count,
};

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

/** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, and percentiles `p0` … `p100`. */
export const isStatistic = (name: string): boolean => name in plain || PERCENTILE.test(name);

/** The statistic of a summary; undefined for a percentile of values that are not known one by one. */
export const statistic = (summary: Summary, name: string): number | undefined => {
  const known = plain[name];
  if (known) return known(summary);
  const percent = Number(PERCENTILE.exec(name)?.[1]);
  return Number.isNaN(percent) || summary.values === undefined
    ? undefined
    : percentile(summary.values, summary.count, percent);
};

/** Nearest rank: a value that was there, with as many of the others at or below it as was asked for. */
const percentile = (
  values: ReadonlyMap<number, number>,
  count: number,
  percent: number,
): number | undefined => {
  const sorted = [...values].sort(([a], [b]) => a - b);
  let left = Math.max(1, Math.ceil((percent / 100) * count));
  for (const [value, times] of sorted) {
    left -= times;
    if (left <= 0) return value;
  }
  return sorted.at(-1)?.[0];
};
