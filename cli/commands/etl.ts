import { z } from 'zod';
import { type ExecutionReport, type OnState, reasonIn, runExecution } from '../../client/executions.ts';
import { count, counted, seconds } from '../../client/format.ts';
import { waitForLanding } from '../../client/landing.ts';
import { warning } from '../../src/etl/warnings.ts';
import type { Command, Invocation } from '../command.ts';
import type { Screen } from '../screen.ts';
import { showWarnings } from '../warnings.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace etl [--from HOUR --to HOUR] [--force] [--mart NAME[,NAME]]

Runs the state machine and follows it. Without a range: all partitions that have changed.

  --from HOUR   first hour (2026-11-01T00, UTC) or day (2026-11-01)
  --to HOUR     the hour or day after the last one
  --force       build partitions again although nothing in them has changed
  --mart NAMES  write only these marts (names with commas between), of the days that have changed or the range's`;

export const etl: Command = {
  name: 'etl',
  usage,
  positionals: false,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    force: { type: 'boolean', default: false },
    mart: { type: 'string' },
  },
  run: async (invocation) => {
    const { screen, signal } = invocation;
    const report = await withStage(invocation, async (access) => {
      if (access.local) await waitForLanding(access.local, signal);
      return runExecution(access, inputOf(invocation), showStates(screen), signal);
    });
    showEnd(screen, report);
    if (report.status === 'SUCCEEDED') showOutcome(screen, report.output);
    return { ok: report.status === 'SUCCEEDED', document: report };
  },
};

const inputOf = (invocation: Invocation): object => {
  const [from, to, mart] = [invocation.option('from'), invocation.option('to'), invocation.option('mart')];
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(invocation.flag('force') ? { force: true } : {}),
    ...(mart === undefined ? {} : { marts: mart.split(',') }),
  };
};

/** One line a state; a state entered again and again (a Map's, a loop's) is shown once and counted. */
export const showStates = (screen: Screen): OnState => {
  const entered = new Map<string, number>();
  return (state, failure) => {
    if (failure !== undefined) return screen.warn(`  ✗ ${state}: ${failure.slice(0, 400)}`);
    const times = (entered.get(state) ?? 0) + 1;
    entered.set(state, times);
    if (times === 1) screen.say(`  → ${state}`);
  };
};

export const showEnd = (screen: Screen, report: ExecutionReport): void => {
  const line = `${report.execution}: ${report.status} in ${seconds(report.seconds * 1000)}`;
  if (report.status === 'SUCCEEDED') {
    screen.say(line);
    return;
  }
  screen.warn(line);
  if (report.error) screen.warn(`${report.error}: ${reasonIn(report.cause ?? '')}`);
};

/** What the state Report says; a run that found nothing to do ends without it. */
const outcome = z.looseObject({
  partitions: z.number(),
  /** none of a stage that was deployed before there were any */
  locked: z.number().default(0),
  counts: z.looseObject({
    raw: z.number(),
    curated: z.number(),
    duplicates: z.number(),
    rejected: z.number(),
  }),
  marts: z.array(z.string()),
  drift: z.array(z.string()),
  /** none of a stage that was deployed before there were any */
  warnings: z.array(warning()).default([]),
  more: z.boolean(),
});

const showOutcome = (screen: Screen, output: unknown): void => {
  const { success, data } = outcome.safeParse(output);
  if (!success) {
    screen.say('Nothing to do: no partition has changed.');
    return;
  }
  const { raw, curated, duplicates, rejected } = data.counts;
  screen.say(
    `${counted(data.partitions, 'partition')} built: ${count(raw)} raw = ${count(curated)} curated + ` +
      `${counted(duplicates, 'duplicate')} + ${count(rejected)} rejected`,
  );
  if (data.locked > 0)
    screen.warn(`${counted(data.locked, 'partition')} left to another run, which is building just now.`);
  screen.say(`Marts written: ${data.marts.join(', ') || 'none'}`);
  if (data.drift.length > 0) screen.say(`Seen for the first time: ${listed(data.drift)}`);
  showWarnings(screen, data.warnings);
  if (data.more) screen.warn('More waits than one run takes: run it again.');
};

const LISTED = 8;

const listed = (names: readonly string[]): string =>
  names.slice(0, LISTED).join(', ') +
  (names.length > LISTED ? ` and ${count(names.length - LISTED)} more (--json shows all)` : '');
