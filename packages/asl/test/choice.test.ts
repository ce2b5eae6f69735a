import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../src/values.ts';
import { runDefinition } from './support/run.ts';

const choose = async (rule: JsonObject, input: Json): Promise<Json | undefined> => {
  const States = {
    C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
    Yes: { Type: 'Pass', Result: 'yes', End: true },
    No: { Type: 'Pass', Result: 'no', End: true },
  };
  const { output, outcome } = await runDefinition({ StartAt: 'C', States }, input);
  return output ?? JSON.stringify(outcome);
};

describe('Choice', () => {
  test.each<[string, string, string]>([
    ['a*c', 'abbbc', 'yes'],
    ['a*c', 'abd', 'no'],
    ['*.log', 'x.log', 'yes'],
    ['*.log', 'xylog', 'no'],
    ['a\\*c', 'a*c', 'yes'],
    ['a\\*c', 'abc', 'no'],
    ['(x|y)-[0]', '(x|y)-[0]', 'yes'],
    ['*', 'two\nlines', 'yes'],
  ])('StringMatches %j on %j says %s', async (StringMatches, v, wanted) => {
    expect(await choose({ Variable: '$.v', StringMatches }, { v })).toBe(wanted);
  });

  test.each<[JsonObject, Json, string]>([
    [{ TimestampLessThan: '2026-01-02T00:00:00Z' }, '2026-01-02T00:30:00+01:00', 'yes'],
    [{ TimestampEquals: '2026-01-02T00:00:00Z' }, '2026-01-02T00:00:00.000Z', 'yes'],
    [{ TimestampEquals: '2026-01-02T00:00:00Z' }, 'yesterday', 'no'],
    [{ IsTimestamp: true }, '2026-01-02', 'no'],
    [{ IsTimestamp: true }, '2026-01-02T00:00:00Z', 'yes'],
    [{ NumericEquals: 1 }, '1', 'no'],
    [{ StringLessThan: 'b' }, 'B', 'yes'],
    [{ BooleanEquals: false }, null, 'no'],
  ])('%j on %j says %s', async (operator, v, wanted) => {
    expect(await choose({ Variable: '$.v', ...operator }, { v })).toBe(wanted);
  });

  test('And, Or and Not nest, and stop at the first answer that decides', async () => {
    const present = { Variable: '$.a', IsPresent: true };
    const big = { Variable: '$.a', NumericGreaterThan: 5 };

    // Without a value NumericGreaterThan would fail the execution: And must not come to it.
    expect(await choose({ And: [present, big] }, {})).toBe('no');
    expect(await choose({ Or: [{ Not: present }, big] }, {})).toBe('yes');
    expect(await choose({ And: [present, { Not: big }] }, { a: 3 })).toBe('yes');
  });

  test('a missing variable fails the execution unless IsPresent asks for it', async () => {
    expect(await choose({ Variable: '$.none', IsPresent: false }, {})).toBe('yes');
    expect(await choose({ Variable: '$.none', IsNull: true }, {})).toContain(
      "Invalid path '$.none': The choice state's condition path references an invalid value.",
    );
  });

  test('without a rule that holds and without Default the execution fails', async () => {
    const Choices = [{ Variable: '$.a', NumericEquals: 1, Next: 'End' }];
    const States = { C: { Type: 'Choice', Choices }, End: { Type: 'Succeed' } };

    const { outcome } = await runDefinition({ StartAt: 'C', States }, { a: 2 });

    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });
});
