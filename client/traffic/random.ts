/** A seeded source of chance (mulberry32): the same seed makes the same traffic on every machine. */
export interface Chance {
  /** in [0, 1) */
  next(): number;
  /** whole number in [from, to] */
  between(from: number, to: number): number;
  happens(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** 128 random bits in the form of a UUID */
  id(): string;
}

export const seededChance = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const hex = (digits: number) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join('');
  return {
    next,
    between,
    happens: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    id: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
};
