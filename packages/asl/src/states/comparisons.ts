import type { Scope } from '../scope.ts';
import type { Json } from '../values.ts';
import { isTimestamp } from './timestamp.ts';

export type Operand = (scope: Scope) => Json | undefined;

interface Comparison {
  /** The operator's value is a path to the value to compare with. */
  dynamic: boolean;
  accepts: (value: Json) => boolean;
  /** False for values of another type than the operator's. */
  holds: (left: Json, right: Json) => boolean;
}

/** IsPresent and its kin: what they say about a value, undefined when there is none. */
export const typeTests: { readonly [operator: string]: (value: Json | undefined) => boolean } = {
  IsPresent: (value) => value !== undefined,
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => typeof value === 'string' && isTimestamp(value),
};

/** A value as something to order by, or undefined when it is of another type. */
type Key = (value: Json) => number | string | boolean | undefined;

const keys: { readonly [type: string]: Key } = {
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Timestamp: (value) => (typeof value === 'string' && isTimestamp(value) ? Date.parse(value) : undefined),
};

const orders: { readonly [name: string]: (left: number | string | boolean, right: typeof left) => boolean } =
  {
    Equals: (left, right) => left === right,
    LessThan: (left, right) => left < right,
    GreaterThan: (left, right) => left > right,
    LessThanEquals: (left, right) => left <= right,
    GreaterThanEquals: (left, right) => left >= right,
  };

const named =
  /^(Boolean|Numeric|String|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/;

/** `NumericLessThanPath` taken apart; undefined for anything else. */
export const comparisonNamed = (operator: string): Comparison | undefined => {
  if (operator === 'StringMatches') {
    return { dynamic: false, accepts: (value) => typeof value === 'string', holds: matches };
  }
  const [, type = '', orderName = '', path] = named.exec(operator) ?? [];
  const key = keys[type];
  const order = orders[orderName];
  if (key === undefined || order === undefined || (type === 'Boolean' && orderName !== 'Equals'))
    return undefined;
  return {
    dynamic: path !== undefined,
    accepts: (value) => key(value) !== undefined,
    holds: (left, right) => {
      const [leftKey, rightKey] = [key(left), key(right)];
      return leftKey !== undefined && rightKey !== undefined && order(leftKey, rightKey);
    },
  };
};

/** `*` stands for any text, `\*` for the star, `\\` for the backslash. */
const matches = (left: Json, right: Json): boolean => {
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const pattern = right.replace(/\\([\s\S])|[\s\S]/g, (character, freed: string | undefined) => {
    if (freed === undefined && character === '*') return '[\\s\\S]*';
    return (freed ?? character).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${pattern}$`, 'u').test(left);
};
