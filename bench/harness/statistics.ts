/** Of an even number of values the mean of the middle two, as of any quantile that falls between two values. */
export const quantile = (values: readonly number[], q: number): number => {
  if (values.length === 0) throw new Error('A quantile needs at least one value.');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** First and third quartile: half of all rounds lie between them. */
export const spread = (values: readonly number[]): [q1: number, q3: number] => [
  quantile(values, 0.25),
  quantile(values, 0.75),
];

/**
 * k of `cost = c · size^k`, by least squares on the logarithms: 1 is linear growth. Needs two sizes at least, and
 * nothing that is zero.
 */
export const exponent = (points: readonly { size: number; cost: number }[]): number => {
  if (points.some(({ size, cost }) => size <= 0 || cost <= 0))
    throw new Error('Sizes and costs must be above zero.');
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(cost)] as const);
  const meanX = mean(logs.map(([x]) => x));
  const meanY = mean(logs.map(([, y]) => y));
  const along = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (along === 0) throw new Error('Growth needs two different sizes.');
  return logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / along;
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
