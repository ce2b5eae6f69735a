import { type Intrinsic, integerAt, intrinsicFailure } from './function.ts';

export const math: { readonly [name: string]: Intrinsic } = {
  MathAdd: { arity: [2, 2], call: (args) => integerAt(args, 0) + integerAt(args, 1) },
  MathRandom: {
    arity: [2, 3],
    call: (args, random) => {
      const seed = args.length === 3 ? integerAt(args, 2) : undefined;
      return between(
        integerAt(args, 0),
        integerAt(args, 1),
        seed === undefined ? random.next() : seeded(seed),
      );
    },
  },
};

/** The start is inclusive, the end is not. */
const between = (start: number, end: number, fraction: number): number => {
  if (start >= end) throw intrinsicFailure('The end of the range must be greater than its start');
  return start + Math.floor(fraction * (end - start));
};

/** A number in [0, 1) that depends on the seed alone (mulberry32); not the number AWS would draw. */
const seeded = (seed: number): number => {
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
};
