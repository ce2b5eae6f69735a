import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DAYS, daysTable } from '../../../scripts/docs/scalingPage.ts';
import { sectionOf } from '../../../scripts/docs/section.ts';
import { headrace } from '../../helpers/commandLine.ts';
import { describeShipped } from '../../helpers/shipped.ts';
import { onceProd } from './support.ts';

const prod = onceProd();

describeShipped('docs/reference/scaling.md', () => {
  const lines = sectionOf(readFileSync('docs/reference/scaling.md', 'utf8'), 'days').split('\n');

  test('shows the days that are simulated, and no others', () => {
    expect(lines.slice(2).map((line) => /^\| `(.*?)` \|/.exec(line)?.[1])).toEqual([...DAYS]);
  });

  // In a process of its own, as people run it; within Jest's context the same takes five times as long.
  test.each(DAYS)(
    'shows what headrace simulate %s gives',
    async (options) => {
      const args = ['simulate', '--package', prod.folder, '--json', ...options.split(' ')];
      const { stdout } = await headrace(args);
      const [head, rule, row] = daysTable([[options, JSON.parse(stdout)]]).split('\n');
      expect(lines.slice(0, 2)).toEqual([head, rule]);
      expect(lines.filter((line) => line.startsWith(`| \`${options}\` |`))).toEqual([row]);
    },
    200_000,
  );
});
