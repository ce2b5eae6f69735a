import { cpus } from 'node:os';
import { assumptions } from '../assumptions.ts';
import { HOUR_SECONDS } from '../time.ts';
import { compareRuns } from './agreement.ts';
import type { StageLimits } from './limits.ts';
import { type Measured, measure } from './measure.ts';
import { simulate } from './run.ts';

interface CheckOptions {
  packageDir: string;
  limits: StageLimits;
  seed: number;
}

/** The rates, in events a second, and how long each is measured. */
const RATES = [50, 300];
const SECONDS = 20;
const EVENTS_PER_REQUEST = 10;
/** of the canonical line that the measured run's events become */
const EVENT_BYTES = 400;

const STEP = 0.02;

/** The same as measure() does, of the model: even requests of one hour's events, without a campaign. */
const modelOf = (limits: StageLimits, seed: number, eventsPerSecond: number): Measured => {
  const run = simulate({
    seed,
    traffic: {
      eventsPerSecond,
      eventsPerRequest: EVENTS_PER_REQUEST,
      eventBytes: EVENT_BYTES,
      hours: SECONDS / HOUR_SECONDS,
      burst: 1,
      burstAtHour: 0,
      diurnal: false,
    },
    limits,
    queries: { checks: 0, marts: 0, warnings: 0 },
    readings: 0,
    etlEvery: undefined,
    gzipRatio: 1,
    parquetRatio: 1,
    lateHours: 0,
    step: STEP,
    even: true,
    hoursPerBatch: 1,
    landFixedSeconds: assumptions.emulatorLandSeconds.value,
  });
  const landed = run.landing.landed * EVENTS_PER_REQUEST;
  return {
    offered: run.clients.offered * EVENTS_PER_REQUEST,
    landed,
    objects: run.landing.objects,
    rowsPerObject: landed / run.landing.objects,
    lagSeconds: run.landing.lag.summary(),
  };
};

const rounded = (n: number): string => String(Math.round(n * 100) / 100);

/** Runs the emulator at small rates and the model beside it. */
export const checkModel = async ({ packageDir, limits, seed }: CheckOptions) => {
  const runs = [];
  for (const eventsPerSecond of RATES) {
    const shape = { eventsPerSecond, eventsPerRequest: EVENTS_PER_REQUEST, seconds: SECONDS };
    const measured = await measure({ packageDir, seed, ...shape });
    runs.push({ eventsPerSecond, rows: compareRuns(modelOf(limits, seed, eventsPerSecond), measured) });
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  const lines = runs.flatMap(({ eventsPerSecond, rows }) =>
    rows.map(
      ({ what, model, measured, within, holds }) =>
        `| ${eventsPerSecond} | ${what} | ${rounded(model)} | ${rounded(measured)} | ${within} | ${holds ? 'yes' : 'NO'} |`,
    ),
  );
  return {
    holds: runs.every(({ rows }) => rows.every(({ holds }) => holds)),
    document: { machine, seconds: SECONDS, seed, runs },
    lines: [
      `${machine}; ${SECONDS} s at each rate, seed ${seed}`,
      '| events/s | what | model | measured | within | holds |',
      '|---|---|---|---|---|---|',
      ...lines,
    ],
  };
};
