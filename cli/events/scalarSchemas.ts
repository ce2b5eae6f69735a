import { decimalOf, type ScalarType } from '../../src/events/columnType.ts';
import { valueIn } from '../../src/events/contract/rules.ts';
import type { Rules } from '../../src/events/eventType.ts';
import { FIRST_INSTANT } from '../../src/json/instants.ts';

export type Schema = Record<string, unknown>;

/** A number with all its digits: JavaScript would write 2^63 as another one. */
const number = (text: string): unknown => JSON.rawJSON(text);
const powerOfTen = (zeros: number): string => `1${'0'.repeat(zeros)}`;

// A day that exists, with or without dashes. [0-9] and not \d, which means more digits in some languages.
const dayOf = (dash: '-' | ''): string => {
  const any = `(?:0[13578]|1[02])${dash}(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)${dash}(?:0[1-9]|[12][0-9]|30)|02${dash}(?:0[1-9]|1[0-9]|2[0-8])`;
  const leap = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
  return `(?:[0-9]{4}${dash}(?:${any})|${leap}${dash}02${dash}29)`;
};

const HOUR = '(?:[01][0-9]|2[0-3])';
const SECOND = '(?:[0-5][0-9]|60)(?:[.,][0-9]+)?';
/** Below 24 hours in all, with minutes of two digits. */
const OFFSET = '(?:[Zz]|[+-](?:(?:[01][0-9]|2[0-2]):?(?:[0-9]{2})?|23:?(?:[0-5][0-9])?))?';
const extended = `${dayOf('-')}(?:[Tt ]${HOUR}:[0-5][0-9](?::${SECOND})?${OFFSET})?`;
const basic = `${dayOf('')}[Tt]${HOUR}[0-5][0-9]${SECOND}${OFFSET}`;

/** Numbers of seconds, milliseconds, microseconds and nanoseconds since 1970, each from the year 0 on. */
const epochs = [
  [FIRST_INSTANT / 1000, undefined],
  [FIRST_INSTANT, 11],
  [FIRST_INSTANT * 1000, 14],
  [FIRST_INSTANT * 1_000_000, 17],
] as const;

const epoch: Schema = {
  description:
    'Since 1970: seconds below 10^11, milliseconds below 10^14, microseconds below 10^17, then nanoseconds.',
  type: 'number',
  anyOf: epochs.map(([first, digits]) => ({
    minimum: number(BigInt(first).toString()),
    ...(digits === undefined
      ? { exclusiveMaximum: number(powerOfTen(20)) }
      : { maximum: number(`-${powerOfTen(digits)}`) }),
  })),
};

const decimal = ([precision, scale]: readonly [string, string]): Schema => {
  const limit = powerOfTen(Number(precision) - Number(scale));
  const range = { exclusiveMinimum: number(`-${limit}`), exclusiveMaximum: number(limit) };
  if (scale === '0') return { type: 'integer', ...range };
  // multipleOf would be it, but validators that count in doubles turn 19.99 away.
  const $comment = `At most ${scale} digits after the point. This schema does not check that.`;
  return { type: 'number', ...range, $comment };
};

/** What fills a column of this type. */
const schemaOfScalar = (type: ScalarType): Schema => {
  const digits = decimalOf(type);
  if (digits !== undefined) return decimal(digits);
  switch (type) {
    case 'string':
      return { type: 'string' };
    case 'bigint':
      return {
        type: 'integer',
        minimum: number('-9223372036854775808'),
        exclusiveMaximum: number('9223372036854775808'),
      };
    case 'double':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date', pattern: `^${dayOf('-')}$` };
    case 'timestamp':
      return {
        anyOf: [
          {
            description: 'ISO 8601; without an offset it is UTC.',
            type: 'string',
            pattern: `^\\s*(?:${extended}|${basic})\\s*$`,
          },
          epoch,
        ],
      };
    default:
      return {};
  }
};

/** JSON's null is as if nothing was there. */
const orNull = ({ type, anyOf, ...others }: Schema): Schema => {
  if (typeof type === 'string')
    return { type: [type, 'null'], ...others, ...(anyOf === undefined ? {} : { anyOf }) };
  return Array.isArray(anyOf) ? { ...others, anyOf: [...anyOf, { type: 'null' }] } : others;
};

/** Days and times are texts, which JSON Schema does not put in order. */
const hasNumbers = (type: ScalarType): boolean => type !== 'date' && type !== 'timestamp';

const limits = (type: ScalarType, { min, max }: Rules): Schema => {
  if (min === undefined && max === undefined) return {};
  if (!hasNumbers(type))
    return {
      $comment: `${min === undefined ? '' : `Not before ${min}. `}${max === undefined ? '' : `Not after ${max}. `}This schema does not check that.`,
    };
  const range = {
    ...(min === undefined ? {} : { minimum: number(min) }),
    ...(max === undefined ? {} : { maximum: number(max) }),
  };
  return { allOf: [range] };
};

/** What fills a column of this type and keeps to its contract; or null. */
export const ruledScalar = (type: ScalarType, rules: Rules): Schema => {
  const { allowed } = rules;
  const values = allowed?.map((text) => valueIn(type, text));
  return {
    ...orNull(schemaOfScalar(type)),
    ...limits(type, rules),
    ...(values === undefined ? {} : { enum: [...values, null] }),
  };
};
