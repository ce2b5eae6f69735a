import type { StageAccess } from '../../client/access.ts';
import {
  type ExecutionReport,
  followExecution,
  startExecution,
  stateMachineArn,
} from '../../client/executions.ts';
import { CliError } from '../../client/failure.ts';
import { waitForLanding } from '../../client/landing.ts';
import { goOnFrom, lastOf } from '../backfill/earlier.ts';
import { planDocument, showOutcome, showPlan } from '../backfill/show.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { hoursOf } from '../hours.ts';
import { followInSteps, showEnd } from '../steps.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace backfill --from HOUR --to HOUR [--plan] [--force] [--concurrency N]

Builds a range of any length: shows what there is to build and about what it costs, then runs the state machine
backfill and follows it. Ctrl-C stops following, not the backfill (unless its stage runs for this command only); the
same command again follows it, or goes on where one that failed or was stopped has ended.

  --from HOUR      first hour (2026-01-01T00, UTC) or day (2026-01-01)
  --to HOUR        the hour or day after the last one
  --plan           only show the plan
  --force          build also what is built already
  --again          with --force: also what a backfill that was stopped has built again
  --concurrency N  runs of the etl at a time, 1 (default) to 5; each builds five partitions at a time`;

export const backfill: Command = {
  name: 'backfill',
  usage,
  positionals: false,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    plan: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    concurrency: { type: 'string' },
  },
  run: async (invocation) => {
    const asked = askedOf(invocation);
    return withStage(invocation, (access) => fill(invocation, access, asked));
  },
};

const fill = async (invocation: Invocation, access: StageAccess, asked: Asked): Promise<Outcome> => {
  if (access.local) await waitForLanding(access.local, invocation.signal);
  const machine = await stateMachineArn(access, access.backfillMachine);
  const earlier = await lastOf(access, machine, { ...asked, force: asked.force === true });
  const goOn = goOnFrom(earlier, { ...asked, force: asked.force === true }, new Date());
  if (goOn && 'follow' in goOn && !invocation.flag('plan')) {
    invocation.screen.say(`The backfill ${goOn.follow.name} of this range runs already: following it.`);
    return followed(invocation, access, goOn.follow.executionArn);
  }
  if (goOn && 'stopped' in goOn && !invocation.flag('again')) {
    const { stopped, builtBefore } = goOn;
    invocation.screen.say(
      `Goes on where ${stopped.name} (${stopped.status}) ended: what was built since ${builtBefore} stays. --again builds that, too.`,
    );
    return planAndRun(invocation, access, machine, { ...asked, builtBefore });
  }
  return planAndRun(invocation, access, machine, asked);
};

interface Asked {
  from: string;
  to: string;
  force?: true;
  concurrency?: number;
  builtBefore?: string;
}

const NEEDS_RANGE =
  'Give --from and --to, hours (2026-01-01T00) or days (2026-01-01); --plan shows first what it would do.';

/** Exported for its test. */
export const askedOf = (invocation: Pick<Invocation, 'option' | 'flag'>): Asked => {
  const range = hoursOf(invocation, NEEDS_RANGE);
  if (range === undefined) throw new CliError('backfill needs a range.', NEEDS_RANGE);
  const text = invocation.option('concurrency');
  if (text !== undefined && !/^[1-5]$/.test(text))
    throw new CliError(`--concurrency: "${text}" is not a number from 1 to 5.`, 'Give a number from 1 to 5.');
  if (invocation.flag('again') && !invocation.flag('force'))
    throw new CliError('--again is there without --force.', 'Without --force nothing is built twice.');
  return {
    ...range,
    ...(invocation.flag('force') ? { force: true } : {}),
    ...(text === undefined ? {} : { concurrency: Number(text) }),
  };
};

const planAndRun = async (
  invocation: Invocation,
  access: StageAccess,
  machine: string,
  asked: Asked,
): Promise<Outcome> => {
  const { screen, signal } = invocation;
  const planning = await startExecution(access, machine, { ...asked, plan: true });
  const planned = await followExecution(access, planning, () => undefined, signal);
  if (planned.status !== 'SUCCEEDED') {
    showEnd(screen, planned);
    return { ok: false, document: planned };
  }
  const plan = planDocument.parse(planned.output);
  showPlan(screen, plan);
  if (invocation.flag('plan') || plan.chunks.length === 0) {
    return { ok: true, document: { status: 'PLANNED', plan } };
  }
  const executionArn = await startExecution(access, machine, asked);
  const outcome = await followed(invocation, access, executionArn);
  return { ok: outcome.ok, document: { ...outcome.document, plan } };
};

const followed = async (
  invocation: Invocation,
  access: StageAccess,
  executionArn: string,
): Promise<{ ok: boolean; document: ExecutionReport }> => {
  const { screen } = invocation;
  const units = { RunChunks: 'runs' };
  const report = await followInSteps(
    invocation,
    access,
    executionArn,
    units,
    'The same command again follows it.',
  );
  showEnd(screen, report);
  showOutcome(screen, report.output);
  return { ok: report.status === 'SUCCEEDED', document: report };
};
