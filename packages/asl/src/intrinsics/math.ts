import { seeded } from '../seeded.ts';
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
