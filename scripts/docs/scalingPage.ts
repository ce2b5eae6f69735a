import { tableOf } from '../../cli/markdownTable.ts';
import type { SimulationResult } from '../../cli/planner/capacity/result.ts';
import { bytes, count } from '../../client/format.ts';

/** The days that docs/reference/scaling.md shows, by the options of `headrace simulate`. */
export const DAYS = [
  '--rate 100',
  '--rate 100 --concurrency 10',
  '--rate 600',
  '--rate 600 --shards 16',
  '--rate 10000 --burst 1',
  '--rate 10000',
  '--rate 10000 --door-rate 30000 --account-rate 30000',
  '--rate 10000 --door-rate 30000 --account-rate 30000 --concurrency 3000 --shards 200',
  '--rate 1000000',
] as const;

const HEAD = [
  'options',
  'accepted',
  'lost',
  'tried again for, p95',
  'lag to raw, p50 / p95 / max',
  'shards',
  'raw objects',
  'largest hour',
  'hours too large',
  'USD a day',
];

const shareOf = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;

const cellsOf = (options: string, result: SimulationResult): string[] => {
  const { lagSeconds: lag, etl, retriedForSeconds: retried } = result;
  return [
    `\`${options}\``,
    shareOf(result.accepted, result.offered),
    count(result.lost),
    `${retried.p95} s`,
    `${lag.p50} / ${lag.p95} / ${lag.max} s`,
    `${result.shards.first} → ${result.shards.last}`,
    `${count(result.objects)} of ${bytes(result.objectBytes)}`,
    bytes(result.largestHourBytes),
    String(etl.hoursTooLarge),
    result.usd.toFixed(2),
  ];
};

export const daysTable = (days: readonly (readonly [options: string, result: SimulationResult])[]): string =>
  tableOf(
    HEAD,
    days.map(([options, result]) => cellsOf(options, result)),
  );
