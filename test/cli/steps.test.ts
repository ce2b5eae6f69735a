import { expect, test } from '@jest/globals';
import type { Screen } from '../../cli/screen.ts';
import { shortened, withSteps } from '../../cli/steps.ts';
import type { Step } from '../../client/executionHistory.ts';

const shown = async (...steps: Step[]) => {
  const lines: string[] = [];
  const bar: (number | string)[] = [];
  const screen: Screen = {
    say: (line = '') => lines.push(line),
    heading: (line) => lines.push(line),
    warn: (line) => lines.push(line),
    table: () => undefined,
    progress: (title, total, unit) => {
      bar.push(title, total, unit);
      return { update: (done) => bar.push(done), end: () => undefined, stop: () => bar.push('stopped') };
    },
  };
  await withSteps(screen, { Build: 'hours' }, async (onStep) => steps.forEach(onStep));
  return { lines, bar };
};

test('a state is a line with how long it took, a Map with how many of its items', async () => {
  const { lines, bar } = await shown(
    { kind: 'entered', state: 'Plan', within: false },
    { kind: 'left', state: 'Plan', within: false, ms: 300 },
    { kind: 'map', state: 'Build', total: 24 },
    { kind: 'left', state: 'Publish', within: true, ms: 10 },
    { kind: 'iteration', state: 'Build', ended: 1, total: 24 },
    { kind: 'iteration', state: 'Build', ended: 24, total: 24 },
    { kind: 'left', state: 'Build', within: false, ms: 12_000 },
  );
  expect(lines).toEqual(['  ✓ Plan, 300 ms', '  ✓ Build: 24 of 24 hours, 12 s']);
  expect(bar).toEqual(['  Build', 24, 'hours', 1, 24, 'stopped', 'stopped']);
});

test('a bar is stopped also where the execution ends within its Map', async () => {
  const { lines, bar } = await shown(
    { kind: 'map', state: 'Build', total: 2 },
    { kind: 'failed', state: 'BuildPartition', reason: 'Damaged: no' },
  );
  expect([lines, bar.at(-1)]).toEqual([['  ✗ BuildPartition: Damaged: no'], 'stopped']);
});

test('a long reason ends with a whole word', () => {
  const reason = shortened(`${'word '.repeat(100)}end`);
  expect(reason).toMatch(/word …$/);
  expect(shortened('short')).toBe('short');
});
