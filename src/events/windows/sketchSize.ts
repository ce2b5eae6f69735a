/** What a sketch of different values is made of (src/sinks/windows/sketch.ts), for all who read one. */

/** Below so many values the count is exact. */
export const SKETCH_SIZE = 512;

/** of SHA-256, from its beginning */
export const HASH_BYTES = 6;

/** Hashes are whole numbers below it, which JavaScript and a bigint hold. */
export const HASH_RANGE = 2 ** (8 * HASH_BYTES);
