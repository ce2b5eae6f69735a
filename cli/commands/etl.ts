import { z } from 'zod';
import type { StageAccess } from '../../client/access.ts';
import { type ExecutionReport, startExecution, stateMachineArn } from '../../client/executions.ts';
import { CliError } from '../../client/failure.ts';
import { count, counted } from '../../client/format.ts';
import { waitForLanding } from '../../client/landing.ts';
import { martNames } from '../../src/etl/queries.ts';
import { warning } from '../../src/etl/warnings.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { hoursOf } from '../hours.ts';
import type { Screen } from '../screen.ts';
import { followInSteps, showEnd } from '../steps.ts';
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
  run: async (invocation) => runWith(inputOf(invocation), invocation),
};

/** Starts a run with this input and follows it to its end. */
export const runWith = async (input: object, invocation: Invocation): Promise<Outcome> => {
  const { screen, signal } = invocation;
  const report = await withStage(invocation, async (access) => {
    if (access.local) await waitForLanding(access.local, signal);
    return run(access, input, invocation);
  });
  showEnd(screen, report);
  if (report.status === 'SUCCEEDED') showOutcome(screen, report.output);
  return { ok: report.status === 'SUCCEEDED', document: report };
};

const run = async (access: StageAccess, input: object, invocation: Invocation): Promise<ExecutionReport> => {
  const machine = await stateMachineArn(access, access.stateMachine);
  const execution = await startExecution(access, machine, input);
  return followInSteps(invocation, access, execution, MAP_UNITS, 'headrace status shows how it ended.');
};

/** What a run's Maps go through, as a person calls it. */
export const MAP_UNITS = { BuildPartitions: 'hours', Marts: 'marts' } as const;

/** Looked at here: a run that starts with a mistyped range or mart fails and rings somebody's phone. */
const inputOf = (invocation: Invocation): object => {
  const range = hoursOf(invocation);
  const wanted = invocation
    .option('mart')
    ?.split(',')
    .map((name) => name.trim());
  const unknown = wanted?.filter((name) => !martNames.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new CliError(
      `--mart: there is no mart "${unknown.join('", "')}".`,
      `There are: ${martNames.join(', ')}`,
    );
  return {
    ...range,
    ...(invocation.flag('force') ? { force: true } : {}),
    ...(wanted === undefined ? {} : { marts: wanted }),
  };
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
