import { createHash } from 'node:crypto';
import { HASH_BYTES, HASH_RANGE, SKETCH_SIZE } from '../../events/windows/sketchSize.ts';

/**
 * How many different values there are, in little room: of a hash of each value the smallest K are kept ("K minimum
 * values"). Below K values the count is exact; from K on, it follows from how close together the smallest lie, and is
 * right to some 4 % (one standard error, 1/√(K−2)). Two sketches are added by keeping the smallest of both, which plain
 * SQL can.
 */
export type Sketch = readonly number[];

const hashOf = (value: string): number =>
  createHash('sha256').update(value).digest().readUIntBE(0, HASH_BYTES);

const placeFor = (sketch: Sketch, hash: number): number => {
  let [low, high] = [0, sketch.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sketch[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
};

const withHash = (sketch: Sketch, hash: number): Sketch => {
  const at = placeFor(sketch, hash);
  if (at >= SKETCH_SIZE || sketch[at] === hash) return sketch;
  return sketch.toSpliced(at, 0, hash).slice(0, SKETCH_SIZE);
};

/** Ascending, each hash once. */
export const withValue = (sketch: Sketch, value: string): Sketch => withHash(sketch, hashOf(value));

export const merged = (one: Sketch, other: Sketch): Sketch => other.reduce(withHash, one);

export const estimateOf = (sketch: Sketch): number => {
  const largest = sketch[SKETCH_SIZE - 1];
  return largest === undefined ? sketch.length : Math.round(((SKETCH_SIZE - 1) * HASH_RANGE) / largest);
};
