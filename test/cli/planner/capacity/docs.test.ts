import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulationResult } from '../../../../cli/planner/capacity/result.ts';
import { bytes, count } from '../../../../client/format.ts';
import { packaged } from '../../../helpers/packaged.ts';

let folder = '';
beforeAll(async () => {
  ({ folder } = await packaged('prod'));
}, 200_000);

/** In a process of its own, as people run it; within Jest's context the same takes five times as long. */
const day = (options: string): SimulationResult => {
  const args = [
    '--disable-warning=ExperimentalWarning',
    'cli/commands/simulate.ts',
    '--package',
    folder,
    '--json',
  ];
  return JSON.parse(execFileSync(process.execPath, [...args, ...options.split(' ')], { encoding: 'utf8' }));
};

const shareOf = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;

const rowOf = (options: string, result: SimulationResult): string => {
  const { lagSeconds: lag, etl, retriedForSeconds: retried } = result;
  const cells = [
    `\`${options}\``,
    shareOf(result.accepted, result.offered),
    `${count(result.lost)}`,
    `${retried.p95} s`,
    `${lag.p50} / ${lag.p95} / ${lag.max} s`,
    `${result.shards.first} → ${result.shards.last}`,
    `${count(result.objects)} of ${bytes(result.objectBytes)}`,
    bytes(result.largestHourBytes),
    String(etl.hoursTooLarge),
    result.usd.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
};

describe('docs/scaling.md', () => {
  test.each([
    '--rate 100',
    '--rate 100 --concurrency 10',
    '--rate 600',
    '--rate 600 --shards 16',
    '--rate 10000 --burst 1',
    '--rate 10000',
    '--rate 10000 --door-rate 30000 --account-rate 30000',
    '--rate 10000 --door-rate 30000 --account-rate 30000 --concurrency 3000 --shards 200',
    '--rate 1000000',
  ])('shows what `npm run simulate -- %s` gives; after a change: copy the row from here', (options) => {
    const row = rowOf(options, day(options));
    const rows = readFileSync('docs/scaling.md', 'utf8').split('\n');
    expect(rows.filter((line) => line.startsWith(`| \`${options}\` |`))).toEqual([row]);
  });
});
