import type { Chance } from '../../../client/traffic/random.ts';

/** Below this so many are drawn one by one; above it the normal distribution is as good. */
const FEW = 30;

const gauss = (chance: Chance): number =>
  Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());

/** How many come in a step of which `mean` are expected. */
export const poisson = (chance: Chance, mean: number): number => {
  if (mean > FEW) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(chance)));
  const least = Math.exp(-mean);
  let n = 0;
  for (let product = chance.next(); product > least; product *= chance.next()) n += 1;
  return n;
};

const binomial = (chance: Chance, n: number, probability: number): number => {
  if (n > FEW) {
    const spread = Math.sqrt(n * probability * (1 - probability));
    return Math.min(n, Math.max(0, Math.round(n * probability + spread * gauss(chance))));
  }
  let hits = 0;
  for (let i = 0; i < n; i += 1) if (chance.happens(probability)) hits += 1;
  return hits;
};

/**
 * `n` divided at random over so many parts that are alike; a fraction that is left goes to one of them. Sums to `n`.
 */
export const divide = (chance: Chance, n: number, parts: number): number[] => {
  let left = Math.floor(n);
  const shares = Array.from({ length: parts }, (_, part) => {
    const share = part === parts - 1 ? left : binomial(chance, left, 1 / (parts - part));
    left -= share;
    return share;
  });
  const lucky = chance.between(0, parts - 1);
  shares[lucky] = (shares[lucky] ?? 0) + n - Math.floor(n);
  return shares;
};
