import { describe, expect, test } from '@jest/globals';
import { hoursToCheck, noteChecked } from '../../src/etl/hoursToCheck.ts';

const at = (time: string): number => Date.parse(`2026-11-${time}:00Z`);

describe('the hours that a run asks about', () => {
  test.each([
    ['of what was never checked', undefined, '10T08:59', ['10T10', '10T10']],
    ['of one that nobody looked at for a week', '03T08', '10T08:59', ['03T08', '04T08']],
    ['of one that nobody looked at for longer', '03T07', '10T08:59', ['10T10', '10T10']],
    ['within half an hour of the end of an hour', '10T07', '10T08:29', ['10T07', '10T07']],
    ['from half an hour after it', '10T07', '10T08:30', ['10T07', '10T08']],
    ['after a night', '09T22', '10T08:59', ['09T22', '10T08']],
    ['after two days', '08T05', '10T08:59', ['08T05', '09T05']],
    ['that are not complete yet', '10T10', '10T08:59', ['10T10', '10T10']],
  ])('%s', (_when, checkedUntil, now, [from, to]) => {
    const until = checkedUntil === undefined ? undefined : `2026-11-${checkedUntil}`;
    const { begins: _, ...hours } = hoursToCheck(until, at(now));
    expect(hours).toEqual({ from: `2026-11-${from}`, to: `2026-11-${to}` });
  });
});

describe('how far a check has come', () => {
  const [from, later] = ['2026-11-10T07', '2026-11-10T08'];

  test.each([
    ['is noted when it has come further', { from, to: later }, later, [later]],
    ['is noted when nothing was before', hoursToCheck(undefined, at('10T05:59')), from, [from]],
    ['is not noted again by a run that asked nothing', { from, to: from }, from, []],
    ['is not noted again by a run that asks the same hour anew', { from, to: later }, from, []],
  ])('%s', async (_when, hours, until, expected) => {
    const noted: string[] = [];
    await noteChecked(hours, until, { setCheckedUntil: async (hour) => void noted.push(hour) });
    expect(noted).toEqual(expected);
  });
});
