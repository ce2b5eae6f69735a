import { type Node, positionOf, type T } from '../grammar/grammar.ts';
import { unquote } from '../grammar/names.ts';
import { TrinoError } from '../trinoError.ts';
import * as types from '../types/types.ts';
import type { Typed } from './scope.ts';
import { mismatch } from './translate.ts';

const units = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];
const millis: Record<string, number> = { DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 };

/** What stands between two units of an interval's text. */
const between: Record<string, string> = { DAY: '\\s+', HOUR: ':', MINUTE: ':' };

const months = (text: string, from: string, to: string): number | undefined => {
  if (from === 'MONTH' || to === 'YEAR')
    return /^\d+$/.test(text) ? Number(text) * (from === 'YEAR' ? 12 : 1) : undefined;
  const [, years, rest = '0'] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  return years === undefined ? undefined : Number(years) * 12 + Number(rest);
};

const daysAndLess = (text: string, from: string, to: string): number | undefined => {
  const named = units.slice(units.indexOf(from), units.indexOf(to) + 1);
  const parts = named.map((unit) => (unit === 'SECOND' ? '(\\d+(?:\\.\\d{1,3})?)' : '(\\d+)'));
  const pattern = parts.reduceRight(
    (rest, part, i) => (i === named.length - 1 ? part : `${part}(?:${between[named[i] ?? '']}${rest})?`),
    parts.at(-1) ?? '',
  );
  const found = named.length === 0 ? null : new RegExp(`^${pattern}$`).exec(text);
  return found?.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * (millis[named[i] ?? ''] ?? 0), 0);
};

/** An interval as a statement writes it: `INTERVAL '1 2:03' DAY TO MINUTE`. */
export const intervalOf = (node: InstanceType<typeof T.IntervalContext>): Typed => {
  const [from = '', to = from] = node.intervalField().map((field) => field.getText().toUpperCase());
  const written = unquote(node.string().getText());
  const [, minus = '', text = ''] = /^\s*([+-]?)\s*(.*?)\s*$/.exec(written) ?? [];
  const sign = (minus === '-') !== (node.MINUS() !== null) ? -1 : 1;
  const inMonths = from === 'YEAR' || from === 'MONTH';
  const size = inMonths ? months(text, from, to) : daysAndLess(text, from, to);
  if (size === undefined) {
    const what = `Invalid INTERVAL ${from}${to === from ? '' : ` TO ${to}`} value: ${written}`;
    throw new TrinoError('INVALID_LITERAL', what, positionOf(node));
  }
  return inMonths
    ? { sql: `to_months(${sign * size})`, type: types.INTERVAL_YEAR }
    : { sql: `to_milliseconds(${sign * Math.round(size)})`, type: types.INTERVAL_DAY };
};

/** The number that counts an interval: its months, or its milliseconds. */
const count = ({ sql, type }: Typed): string =>
  type.name === types.INTERVAL_YEAR.name ? `trino_months(${sql})` : `(epoch_us(${sql}) // 1000)`;

const interval = (size: string, type: types.TrinoType): Typed => ({
  sql: `${type.name === types.INTERVAL_YEAR.name ? 'to_months(CAST(' : 'to_milliseconds(CAST('}${size} AS ${
    type.name === types.INTERVAL_YEAR.name ? 'INTEGER' : 'BIGINT'
  }))`,
  type,
});

/** An interval times or by a number, and what two intervals add up to. undefined where Trino has no such operator. */
export const intervalArithmetic = (
  left: Typed,
  operator: string,
  right: Typed,
  node: Node,
): Typed | undefined => {
  const [a, b] = [left.type, right.type];
  if (types.isInterval(a) && types.isInterval(b)) {
    if (a.name !== b.name || !['+', '-'].includes(operator)) return undefined;
    return interval(`(${count(left)} ${operator} ${count(right)})`, a);
  }
  if (operator === '*' && types.isNumeric(a)) return intervalArithmetic(right, '*', left, node);
  if (!types.isInterval(a) || !types.isNumeric(b)) return undefined;
  if (operator === '*' && types.isInteger(b)) return interval(`(${count(left)} * ${right.sql})`, a);
  if (operator !== '*' && operator !== '/')
    throw mismatch(`Cannot apply operator: ${types.typeText(a)} ${operator} ${types.typeText(b)}`, node);
  const by = `CAST(${right.sql} AS DOUBLE)`;
  const macro = operator === '*' ? 'trino_interval_times' : 'trino_interval_by';
  return interval(`${macro}(${count(left)}, ${by})`, a);
};
