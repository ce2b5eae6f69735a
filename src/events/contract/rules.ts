import { compareDigits, type Digits, digitsKey, digitsOf } from '../../json/digits.ts';
import { instantOf } from '../../json/instants.ts';
import { isDecimalType, type ScalarType } from '../columnType.ts';
import type { Rules } from '../eventType.ts';
import { digitsOfValue } from './scalars.ts';

/** What a value that fits its type contradicts nevertheless: what it must be, in words. Undefined for a right one. */
export type RuleCheck = (value: unknown) => string | undefined;

/** Below zero if a value of the type is smaller than the limit. */
type Against = (value: unknown) => number;

/** Numbers that JavaScript reads without a loss are in the order of their shortest texts. */
const againstNumber = (limit: string): Against => {
  const digits = digitsOf(limit);
  const near = Number(limit);
  const own = digitsOf(String(near));
  const isExact = digits !== undefined && own !== undefined && compareDigits(own, digits) === 0;
  return (value) => {
    if (isExact && typeof value === 'number') return value - near;
    const given: Digits | undefined = digitsOfValue(value);
    return given === undefined || digits === undefined ? 0 : compareDigits(given, digits);
  };
};

const againstText =
  (limit: string): Against =>
  (value) =>
    typeof value !== 'string' || value === limit ? 0 : value < limit ? -1 : 1;

const againstTime = (limit: string): Against => {
  const ms = instantOf(limit) ?? 0;
  return (value) => (instantOf(value) ?? ms) - ms;
};

/** How values of a type compare with a limit, as it is written in the file. Only of types that have an order. */
export const against = (type: ScalarType, limit: string): Against => {
  if (type === 'date') return againstText(limit);
  return type === 'timestamp' ? againstTime(limit) : againstNumber(limit);
};

/** One text for each value, so that 12 and 12.00 are one. */
export const keyOf = (value: unknown): string => {
  const digits = digitsOfValue(value);
  return digits === undefined ? String(value) : digitsKey(digits);
};

const isNumeric = (type: ScalarType): boolean =>
  type === 'bigint' || type === 'double' || isDecimalType(type);

/** The value that stands for a text of the file. */
export const valueIn = (type: ScalarType, text: string): unknown => {
  if (isNumeric(type)) return digitsOf(text) === undefined ? text : JSON.rawJSON(text);
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text;
};

/** A list of hundreds of values helps nobody. */
const SHOWN = 10;

const listed = (allowed: readonly string[]): string =>
  allowed.length <= SHOWN
    ? allowed.join(', ')
    : `${allowed.slice(0, SHOWN).join(', ')} and ${allowed.length - SHOWN} more`;

export const ruleChecks = (type: ScalarType, { allowed, min, max }: Rules): RuleCheck[] => {
  const checks: RuleCheck[] = [];
  if (allowed !== undefined) {
    const keys = new Set(allowed.map((text) => keyOf(valueIn(type, text))));
    const says = `must be one of: ${listed(allowed)}`;
    checks.push((value) => (keys.has(keyOf(value)) ? undefined : says));
  }
  if (min !== undefined) {
    const compare = against(type, min);
    checks.push((value) => (compare(value) < 0 ? `must be at least ${min}` : undefined));
  }
  if (max !== undefined) {
    const compare = against(type, max);
    checks.push((value) => (compare(value) > 0 ? `must be at most ${max}` : undefined));
  }
  return checks;
};
