import { createHash } from 'node:crypto';
import type { Randomness } from '../scope.ts';
import { seeded } from '../seeded.ts';

const algorithms = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

/**
 * The functions that Step Functions adds to JSONata. Without a value for an argument they have none, as JSONata's own
 * functions do.
 */
export const stepFunctionsOf = (random: Randomness): Record<string, unknown> => ({
  partition: given((items: unknown, size: unknown) =>
    partition(array('partition', items), number('partition', size)),
  ),
  range: given((first: unknown, last: unknown, step: unknown) =>
    range(number('range', first), number('range', last), number('range', step)),
  ),
  hash: given((content: unknown, algorithm: unknown) => hash(text('hash', content), text('hash', algorithm))),
  random: (seed?: unknown) => (seed === undefined ? random.next() : seeded(number('random', seed))),
  uuid: () => random.uuid(),
  parse: given((json: unknown): unknown => JSON.parse(text('parse', json))),
});

/** What is not there gives nothing. */
const given =
  (call: (...args: unknown[]) => unknown) =>
  (...args: unknown[]): unknown =>
    args[0] === undefined ? undefined : call(...args);

const wrong = (name: string, expected: string, value: unknown): never => {
  throw new TypeError(`Argument of function "${name}" must be ${expected}, but was ${JSON.stringify(value)}`);
};

const number = (name: string, value: unknown): number =>
  typeof value === 'number' ? value : wrong(name, 'a number', value);

const text = (name: string, value: unknown): string =>
  typeof value === 'string' ? value : wrong(name, 'a string', value);

const array = (name: string, value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : wrong(name, 'an array', value);

const partition = (items: readonly unknown[], size: number): unknown[][] => {
  const step = Math.floor(size);
  if (step < 1) return wrong('partition', 'a positive size', size);
  return Array.from({ length: Math.ceil(items.length / step) }, (_, index) =>
    items.slice(index * step, (index + 1) * step),
  );
};

const range = (first: number, last: number, step: number): number[] => {
  if (step === 0) return wrong('range', 'a step other than 0', step);
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  return sequence(Array.from({ length }, (_, index) => first + index * step));
};

/** JSONata's own kind of array, as `[1..9]` gives it: one element alone stands for itself, none for nothing. */
const sequence = <T>(items: T[]): T[] => Object.defineProperty(items, 'sequence', { value: true });

const hash = (content: string, algorithm: string): string => {
  if (!algorithms.includes(algorithm)) return wrong('hash', `one of ${algorithms.join(', ')}`, algorithm);
  return createHash(algorithm.replace('-', '').toLowerCase()).update(content).digest('hex');
};
