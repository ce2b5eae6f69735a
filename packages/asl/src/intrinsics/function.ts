import { StateFailure } from '../errors.ts';
import type { Randomness } from '../scope.ts';
import { isObject, type Json, type JsonObject } from '../values.ts';

/** An intrinsic function: how many arguments it takes, and what it does with them. */
export interface Intrinsic {
  readonly arity: readonly [min: number, max: number];
  readonly call: (args: readonly Json[], random: Randomness) => Json;
}

/** Thrown by an intrinsic; the caller adds which call it was. */
export const intrinsicFailure = (reason: string): StateFailure =>
  new StateFailure('States.IntrinsicFailure', reason);

export const arrayAt = (args: readonly Json[], index: number): readonly Json[] => {
  const value = args[index];
  return Array.isArray(value) ? value : wrong(index, 'an array', value);
};

export const objectAt = (args: readonly Json[], index: number): JsonObject => {
  const value = args[index];
  return isObject(value) ? value : wrong(index, 'a JSON object', value);
};

export const stringAt = (args: readonly Json[], index: number): string => {
  const value = args[index];
  return typeof value === 'string' ? value : wrong(index, 'a string', value);
};

/** Integers are rounded half up, as AWS does: 1.5 → 2, −1.5 → −1. */
export const integerAt = (args: readonly Json[], index: number): number => {
  const value = args[index];
  if (typeof value !== 'number') return wrong(index, 'a number', value);
  return Math.round(value) + 0;
};

const wrong = (index: number, expected: string, value: Json | undefined): never => {
  throw intrinsicFailure(`Argument ${index + 1} must be ${expected}, but was: ${JSON.stringify(value)}`);
};
