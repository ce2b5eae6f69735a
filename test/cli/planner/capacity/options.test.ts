import { describe, expect, test } from '@jest/globals';
import { readOptions, trafficOf, USAGE, withGiven } from '../../../../cli/planner/capacity/options.ts';
import { PROD } from './support.ts';

describe('the options of the simulation', () => {
  test('are all in its usage, and everything in its usage is an option', () => {
    const flags = new Set(['--new-stream', '--check', '--json']);
    const named = [...new Set(USAGE.match(/--[a-z][a-z-]*/g))];
    expect(named.length).toBeGreaterThan(15);
    for (const name of named) expect(() => readOptions(flags.has(name) ? [name] : [name, '1'])).not.toThrow();
    const known = Object.keys(readOptions(named.flatMap((name) => (flags.has(name) ? [name] : [name, '1']))));
    expect(known.filter((name) => name !== 'help').sort()).toEqual(named.map((name) => name.slice(2)).sort());
  });

  test('refuse a rate that is none', () => {
    expect(() => readOptions(['--rate', '0'])).toThrow();
    expect(() => readOptions(['--rate', 'fast'])).toThrow();
    expect(() => readOptions(['--speed', '1'])).toThrow(/--speed/);
  });

  test('put the campaign in the middle of a short run', () => {
    expect(trafficOf(readOptions(['--hours', '2'])).burstAtHour).toBe(1);
    expect(trafficOf(readOptions([])).burstAtHour).toBe(12);
  });

  test('change the limits that are given, and no others', () => {
    expect(withGiven(PROD, readOptions([]))).toEqual(PROD);
    const given = withGiven(PROD, readOptions(['--shards', '3', '--door-rate', '5000']));
    expect(given).toEqual({
      ...PROD,
      doorRate: 5_000,
      doorBurst: 5_000,
      stream: { ...PROD.stream, onDemand: false, shards: 3 },
    });
  });
});
