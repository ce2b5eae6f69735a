import type { Measure, WindowAlarm } from '../../src/events/windows/windowType.ts';
import { didYouMean } from '../faults.ts';

/** The small texts of a window's file: lengths of time, measures, alarms. */

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** `60`, `60s`, `5m`, `1h` as seconds; undefined for anything else. */
export const parseSeconds = (text: string): number | undefined => {
  const [, count = '', unit = 's'] = /^(\d{1,6})\s*([smh])?$/.exec(text) ?? [];
  return count === '' ? undefined : Number(count) * (unitSeconds[unit] ?? 1);
};

/** `count`, `sum(revenue)`, `distinct(user_id)` */
export const parseMeasure = (name: string, text: string): Measure | undefined => {
  if (text === 'count') return { name, what: 'count' };
  const [, what, column = ''] = /^(sum|distinct)\s*\(\s*([a-z0-9_]+)\s*\)$/.exec(text) ?? [];
  return what === 'sum' || what === 'distinct' ? { name, what, column } : undefined;
};

const comparisons = ['<', '<=', '>', '>='] as const;

const DAY_SECONDS = 86_400;

const secondsFlaw = (seconds: number | undefined, every: number): string | undefined => {
  if (seconds === undefined || seconds % 60 !== 0 || seconds === 0 || seconds > DAY_SECONDS)
    return 'an alarm looks at whole minutes, a day at most: "for 10m", "for 1h".';
  return seconds < every ? `it looks at ${seconds} seconds, and a window has ${every}.` : undefined;
};

/** `orders < 1 for 10m`: the measure, over so long a time. */
export const parseAlarm = (
  text: string,
  measures: readonly Measure[],
  every: number,
): WindowAlarm | { flaw: string } => {
  const [, name = '', sign = '', number = '', time = ''] =
    /^([a-z0-9_]+)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s+for\s+(\S+)$/.exec(text) ?? [];
  const comparison = comparisons.find((one) => one === sign);
  if (comparison === undefined)
    return { flaw: `"${text}" is not an alarm. Write it like this: orders < 1 for 10m` };
  const measure = measures.find((one) => one.name === name);
  if (measure === undefined)
    return {
      flaw: `"${name}" is not a measure of this window.${didYouMean(
        name,
        measures.map((one) => one.name),
      )}`,
    };
  if (measure.what === 'distinct')
    return {
      flaw: `"${name}" counts different values, which cannot be added over minutes. Take a count or a sum.`,
    };
  const seconds = parseSeconds(time);
  const flaw = secondsFlaw(seconds, every);
  if (flaw !== undefined || seconds === undefined) return { flaw: flaw ?? '' };
  return { measure: name, comparison, threshold: Number(number), seconds };
};
