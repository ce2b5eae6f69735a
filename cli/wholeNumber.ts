import { CliError } from '../client/failure.ts';
import type { Invocation } from './command.ts';

/** The whole number that an option gives. */
export const wholeNumber = (invocation: Invocation, name: string, least: number, most: number): number => {
  const text = invocation.option(name) ?? '';
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CliError(`--${name}: "${text}" is not a whole number from ${least} to ${most}.`);
};
