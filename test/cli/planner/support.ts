import { readTemplate } from 'headrace-emulator/template';
import { limitsOf, type StageLimits } from '../../../cli/planner/capacity/limits.ts';
import { type Simulated, type SimulationOptions, simulate } from '../../../cli/planner/capacity/run.ts';
import type { Traffic } from '../../../cli/planner/capacity/traffic.ts';
import type { StageFacts } from '../../../cli/planner/facts.ts';
import { madeOnce } from '../../helpers/made.ts';
import { packaged } from '../../helpers/packaged.ts';

/** prod's own and the default quotas; a test of limits.ts holds the template to them. */
export const PROD: StageLimits = {
  doorRate: 2_000,
  doorBurst: 2_000,
  accountRate: 10_000,
  accountBurst: 5_000,
  concurrency: 1_000,
  stream: { onDemand: true, shards: 0, ceilingBytes: 200_000_000 },
  consumers: { shared: ['land', 'windows'], own: [] },
  landWindow: 60,
  batchRecords: 10_000,
  buildMaxBytes: 21_474_836_480,
  buildPartBytes: 167_772_160,
  buildTimeout: 900,
  buildsAtOnce: 5,
  scanBudgetBytes: 1_099_511_627_776,
  timeZone: 'UTC',
};

export interface Day extends Partial<Omit<SimulationOptions, 'traffic' | 'limits'>> {
  traffic?: Partial<Traffic>;
  limits?: Partial<StageLimits>;
}

/** Two hours of prod, the campaign in the middle, unless a test says otherwise. */
export const dayOf = ({ traffic, limits, ...given }: Day = {}): SimulationOptions => ({
  seed: 1,
  traffic: {
    eventsPerSecond: 100,
    eventsPerRequest: 10,
    eventBytes: 800,
    hours: 2,
    burst: 20,
    burstAtHour: 1,
    diurnal: false,
    ...traffic,
  },
  limits: { ...PROD, ...limits },
  queries: { checks: 4, marts: 3, warnings: 1 },
  readings: 10,
  etlEvery: 900,
  gzipRatio: 0.15,
  parquetRatio: 0.12,
  lateHours: 1,
  ...given,
});

export const simulated = (day?: Day): Simulated => simulate(dayOf(day));

export const sumOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

/** What the planner reads of the packaged prod. */
export const readProd = async (): Promise<{ folder: string; limits: StageLimits; facts: StageFacts }> => {
  const { folder } = await packaged('prod');
  return { folder, ...limitsOf(readTemplate(folder)) };
};

/** The same, for all tests of a file. */
export const onceProd = () => madeOnce(readProd, undefined, 200_000);
