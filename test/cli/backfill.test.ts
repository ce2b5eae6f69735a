import { describe, expect, test } from '@jest/globals';
import { type Earlier, goOnFrom, isSame } from '../../cli/backfill/earlier.ts';
import { dollars, planDocument, showPlan } from '../../cli/backfill/show.ts';
import { askedOf } from '../../cli/commands/backfill.ts';
import type { Screen } from '../../cli/screen.ts';

const asked = (options: Record<string, string | true>) =>
  askedOf({
    option: (name) => {
      const value = options[name];
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => options[name] === true,
  });

const year = { from: '2026-01-01', to: '2027-01-01' };

describe('what is asked for', () => {
  test('becomes the input of the state machine, days as their first hour', () => {
    expect(asked(year)).toEqual({ from: '2026-01-01T00', to: '2027-01-01T00' });
    expect(asked({ ...year, force: true, concurrency: '5' })).toEqual({
      from: '2026-01-01T00',
      to: '2027-01-01T00',
      force: true,
      concurrency: 5,
    });
  });

  test.each([
    ['no range', {}, /needs a range/],
    ['half a range', { from: '2026-01-01' }, /--from and --to/],
    ['an empty range', { from: '2026-01-01', to: '2026-01-01' }, /before/],
    ['six runs at a time', { ...year, concurrency: '6' }, /--concurrency: "6" is not/],
    ['some runs at a time', { ...year, concurrency: 'many' }, /--concurrency: "many" is not/],
    ['again without force', { ...year, again: true } as const, /--again/],
  ])('is refused with what to do: %s', (_what, options, message) => {
    const options_: Record<string, string | true> = options;
    expect(() => asked(options_)).toThrow(message);
  });
});

const wanted = { from: '2026-01-01T00', to: '2027-01-01T00', force: true };
const now = new Date('2026-11-22T12:00:00.000Z');
const earlier = (status: string, input: object = {}, startedAt = '2026-11-22T10:00:00.000Z'): Earlier => ({
  executionArn: 'arn:b-1',
  name: 'b-1',
  status,
  startedAt: new Date(startedAt),
  input: JSON.stringify({ ...year, force: true, ...input }),
});

describe('a backfill that was started before', () => {
  test('is the same when range and force are, however the range was written', () => {
    expect(isSame(earlier('FAILED'), wanted)).toBe(true);
    expect(isSame(earlier('FAILED', { concurrency: 3 }), wanted)).toBe(true);
    expect(isSame(earlier('FAILED', { force: false }), wanted)).toBe(false);
    expect(isSame(earlier('FAILED', { to: '2026-12-31' }), wanted)).toBe(false);
    expect(isSame(earlier('SUCCEEDED', { plan: true }), wanted)).toBe(false);
    expect(isSame({ ...earlier('FAILED'), input: 'anything' }, wanted)).toBe(false);
  });

  test('and runs is followed, not started a second time', () => {
    const running = earlier('RUNNING');
    expect(goOnFrom(running, wanted, now)).toEqual({ follow: running });
    expect(goOnFrom(running, { ...wanted, force: false }, now)).toEqual({ follow: running });
  });

  test('and was stopped, with force, is gone on with: what it built stays', () => {
    const stopped = earlier('ABORTED');
    expect(goOnFrom(stopped, wanted, now)).toEqual({ stopped, builtBefore: '2026-11-22T10:00:00.000Z' });
  });

  test('and went on itself hands on the instant of the first', () => {
    const second = earlier('FAILED', { builtBefore: '2026-11-21T00:00:00.000Z' });
    expect(goOnFrom(second, wanted, now)).toMatchObject({ builtBefore: '2026-11-21T00:00:00.000Z' });
  });

  test('is over when it succeeded, when it is a week old, or when nothing is forced', () => {
    expect(goOnFrom(earlier('SUCCEEDED'), wanted, now)).toBeUndefined();
    expect(goOnFrom(earlier('FAILED', {}, '2026-11-10T00:00:00.000Z'), wanted, now)).toBeUndefined();
    expect(goOnFrom(earlier('FAILED'), { ...wanted, force: false }, now)).toBeUndefined();
    expect(goOnFrom(undefined, wanted, now)).toBeUndefined();
  });
});

const screenOf = () => {
  const lines: string[] = [];
  const say = (line = '') => void lines.push(line);
  const screen: Screen = {
    say,
    heading: say,
    warn: say,
    table: () => undefined,
    progress: () => ({ update: () => undefined, end: say, stop: () => undefined }),
  };
  return { screen, lines };
};

const plan = (changes: object = {}) =>
  planDocument.parse({
    from: '2026-01-01T00',
    to: '2027-01-01T00',
    concurrency: 2,
    landed: 1_000,
    partitions: 800,
    objects: 12_000,
    bytes: 3_400_000_000,
    estimate: {
      usd: 1.234,
      stepFunctions: { usd: 0.05 },
      lambda: { usd: 0.9 },
      s3: { usd: 0.001 },
      athena: { usd: 0.283 },
      prices: { region: 'us-east-1', asOf: '2025-10' },
    },
    chunks: [{ partitions: 450 }, { partitions: 350 }],
    ...changes,
  });

describe('the plan as it is shown', () => {
  test('says how many hours, bytes, runs and dollars, and that it is an estimate', () => {
    const { screen, lines } = screenOf();
    showPlan(screen, plan());
    expect(lines).toEqual([
      'Backfill 2026-01-01T00 to 2027-01-01T00',
      '  800 of 1,000 hours with raw objects to build: 3.4 GB in 12,000 objects',
      '  in 2 runs of the etl, 2 at a time',
      '  estimated cost on AWS: $1.23 (Step Functions $0.05, Lambda $0.90, S3 less than $0.01, Athena $0.28)',
      '  at list prices of us-east-1, 2025-10',
    ]);
  });

  test('says that there is nothing to build, and why', () => {
    const { screen, lines } = screenOf();
    showPlan(screen, plan({ partitions: 0, chunks: [] }));
    showPlan(screen, plan({ landed: 0, partitions: 0, chunks: [] }));
    expect(lines[1]).toMatch(/1,000 hours with raw objects, all built.*--force/);
    expect(lines[3]).toBe('No hour of this range has raw objects.');
  });

  test('does not call a tenth of a cent nothing', () => {
    expect([0, 0.001, 0.01, 12].map(dollars)).toEqual(['$0.00', 'less than $0.01', '$0.01', '$12.00']);
  });
});
