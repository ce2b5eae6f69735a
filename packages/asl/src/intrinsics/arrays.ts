import { canonical, equal, type Json } from '../values.ts';
import { arrayAt, type Intrinsic, integerAt, intrinsicFailure } from './function.ts';

/** AWS's quota for States.ArrayRange. */
const longestRange = 1000;

export const arrays: { readonly [name: string]: Intrinsic } = {
  Array: { arity: [0, Number.POSITIVE_INFINITY], call: (args) => [...args] },
  ArrayPartition: { arity: [2, 2], call: (args) => partition(arrayAt(args, 0), integerAt(args, 1)) },
  ArrayContains: {
    arity: [2, 2],
    call: (args) => arrayAt(args, 0).some((element) => equal(element, args[1] ?? null)),
  },
  ArrayRange: {
    arity: [3, 3],
    call: (args) => range(integerAt(args, 0), integerAt(args, 1), integerAt(args, 2)),
  },
  ArrayGetItem: { arity: [2, 2], call: (args) => item(arrayAt(args, 0), integerAt(args, 1)) },
  ArrayLength: { arity: [1, 1], call: (args) => arrayAt(args, 0).length },
  ArrayUnique: {
    arity: [1, 1],
    call: (args) => [...new Map(arrayAt(args, 0).map((element) => [canonical(element), element])).values()],
  },
};

const partition = (elements: readonly Json[], size: number): Json => {
  if (size < 1) throw intrinsicFailure('The chunk size must be a positive number');
  const chunks: Json[] = [];
  for (let start = 0; start < elements.length; start += size)
    chunks.push(elements.slice(start, start + size));
  return chunks;
};

const range = (first: number, last: number, step: number): Json => {
  if (step === 0) throw intrinsicFailure('The step of a range must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > longestRange) throw intrinsicFailure(`A range may have at most ${longestRange} elements`);
  return Array.from({ length }, (_, index) => first + index * step);
};

const item = (elements: readonly Json[], index: number): Json => {
  const element = elements[index];
  if (element === undefined) throw intrinsicFailure(`The index ${index} is outside of the array`);
  return element;
};
