import { matchesArn, matchesGlob } from './match.ts';
import type { Condition, RequestContext } from './types.ts';

type Test = (wanted: string, given: string) => boolean;

const same: Test = (wanted, given) => wanted === given;
const sameInAnyCase: Test = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();

/** Operators that hold when any of the wanted values does. */
const positive: Readonly<Record<string, Test>> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameInAnyCase,
  StringLike: matchesGlob,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: sameInAnyCase,
  NumericEquals: (wanted, given) => Number(given) === Number(wanted),
  NumericLessThan: (wanted, given) => Number(given) < Number(wanted),
  NumericLessThanEquals: (wanted, given) => Number(given) <= Number(wanted),
  NumericGreaterThan: (wanted, given) => Number(given) > Number(wanted),
  NumericGreaterThanEquals: (wanted, given) => Number(given) >= Number(wanted),
};

/** Operators that hold when none of the wanted values is there; a key that is missing is none of them. */
const negative: Readonly<Record<string, Test>> = {
  StringNotEquals: same,
  StringNotEqualsIgnoreCase: sameInAnyCase,
  StringNotLike: matchesGlob,
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
  NumericNotEquals: (wanted, given) => Number(given) === Number(wanted),
};

/** Condition keys whose values the emulator knows at a request. */
const knownKeys: ReadonlySet<string> = new Set([
  'aws:securetransport',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:requestedregion',
  'aws:sourceaccount',
  'aws:sourcearn',
  's3:prefix',
  's3:delimiter',
  's3:max-keys',
  'cloudwatch:namespace',
  'lambda:sourcefunctionarn',
  // No service of the emulator encrypts, so no request has it, and nobody asks for an action of KMS.
  'kms:viaservice',
]);

interface Operator {
  name: string;
  set: 'ForAllValues' | 'ForAnyValue' | undefined;
  ifExists: boolean;
}

const readOperator = (text: string): Operator | undefined => {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  if (!(name in positive || name in negative || name === 'Null')) return undefined;
  return {
    name,
    set: set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined,
    ifExists: ifExists !== undefined,
  };
};

/** What of a condition the emulator cannot judge: better an error at boot than an answer that AWS would not give. */
export const problemOf = ({ operator, key }: Condition): string | undefined => {
  if (readOperator(operator) === undefined) return `the condition operator ${operator} is not emulated`;
  if (!knownKeys.has(key)) return `the condition key ${key} is not emulated`;
  return undefined;
};

const holdsFor = ({ name }: Operator, wanted: readonly string[], given: string): boolean => {
  const test = positive[name];
  if (test !== undefined) return wanted.some((value) => test(value, given));
  const forbidden = negative[name];
  return forbidden !== undefined && !wanted.some((value) => forbidden(value, given));
};

/** As IAM decides it: values are alternatives, a missing key fails unless the operator is negative or IfExists. */
export const holds = (condition: Condition, context: RequestContext): boolean => {
  const operator = readOperator(condition.operator);
  if (operator === undefined) return false;
  const value = context[condition.key];
  const given = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  if (operator.name === 'Null') {
    return condition.values.some((wanted) => (wanted.toLowerCase() === 'true') === (given.length === 0));
  }
  if (given.length === 0) {
    if (operator.set !== undefined) return operator.set === 'ForAllValues';
    return operator.ifExists || operator.name in negative;
  }
  const one = (each: string): boolean => holdsFor(operator, condition.values, each);
  return operator.set === 'ForAnyValue' ? given.some(one) : given.every(one);
};
