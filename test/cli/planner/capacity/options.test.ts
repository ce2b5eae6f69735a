import { parseArgs } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { simulate } from '../../../../cli/commands/simulate.ts';
import { type DayOptions, dayOptions } from '../../../../cli/planner/capacity/options.ts';
import { PROD } from '../support.ts';

/** As cli/headrace.ts hands them to the command. */
const read = (...args: string[]): DayOptions => {
  const { values } = parseArgs({ args, options: simulate.options });
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return dayOptions(text, (name) => values[name] === true);
};

/** Options that every command has, and --help explains in their own place. */
const COMMON = ['--data'];

describe('the options of the simulation', () => {
  test('are all in its usage, and everything in its usage is an option', () => {
    const named = new Set(simulate.usage.match(/--[a-z][a-z-]*/g));
    const known = Object.keys(simulate.options).map((name) => `--${name}`);
    expect(known.length).toBeGreaterThan(15);
    expect([...named].filter((name) => !COMMON.includes(name)).sort()).toEqual(known.sort());
  });

  test.each([
    ['--rate', '0', '--rate: "0" is not a number above 0'],
    ['--rate', 'abc', '--rate: "abc" is not a number above 0'],
    ['--rate', '', '--rate: "" is not a number above 0'],
    ['--hours', '800', '--hours: "800" is not a number above 0, and at most 744'],
    ['--burst', '0.5', '--burst: "0.5" is not a number from 1'],
    ['--events-per-request', '6000', '--events-per-request: "6000" is not a number from 1 to 5000'],
    ['--shards', '1.5', '--shards: "1.5" is not a whole number from 1'],
    ['--seed', '-1', '--seed: "-1" is not a whole number from 0'],
  ])('%s %p is an error that names the option', (option, value, message) => {
    expect(() => read(`${option}=${value}`)).toThrow(message);
  });

  test('put the campaign in the middle of a short run', () => {
    expect(read('--hours', '2').traffic.burstAtHour).toBe(1);
    expect(read().traffic.burstAtHour).toBe(12);
  });

  test('change the limits that are given, and no others', () => {
    expect(read().changed(PROD)).toEqual(PROD);
    expect(read('--shards', '3', '--door-rate', '5000').changed(PROD)).toEqual({
      ...PROD,
      doorRate: 5_000,
      doorBurst: 5_000,
      stream: { ...PROD.stream, onDemand: false, shards: 3 },
    });
  });
});
