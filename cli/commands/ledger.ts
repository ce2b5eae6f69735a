import { CliError } from '../../client/failure.ts';
import { counted } from '../../client/format.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import { type Restored, restoreLedger } from '../../src/recovery/restoring.ts';
import type { Command } from '../command.ts';
import { hoursOf } from '../hours.ts';
import type { Screen } from '../screen.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace ledger rebuild [--from HOUR --to HOUR] [--dry-run]

Puts a lost or damaged ledger back together out of S3 and Glue: published builds with their counts, stale marks,
days that wait for their marts. Adds what is missing and clears nothing, so it may run while the pipeline does.

  --from HOUR   first hour (2026-11-01T00, UTC) or day (2026-11-01)
  --to HOUR     the hour or day after the last one
  --dry-run     only say what would be written`;

export const ledger: Command = {
  name: 'ledger',
  usage,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const [action, ...others] = invocation.positionals;
    if (action !== 'rebuild' || others.length > 0)
      throw new CliError(
        'ledger knows one form: headrace ledger rebuild [--from HOUR --to HOUR] [--dry-run]',
      );
    const range = hoursOf(invocation);
    const dryRun = invocation.flag('dry-run');
    const done = await withStage(invocation, async (access) =>
      restoreLedger(range, await openLakehouse(access), { dryRun }),
    );
    show(invocation.screen, done, dryRun);
    const undecided = done.undecided.map(({ partition, undecided: message }) => ({ partition, message }));
    return {
      ok: done.undecided.length === 0,
      document: {
        stage: invocation.stage,
        dryRun,
        restored: done.restored.map(({ partition, build }) => ({ partition, build: build?.build })),
        stale: done.stale,
        undecided,
        untouched: done.untouched,
        pendingDays: done.pendingDays,
      },
    };
  },
};

const show = (
  screen: Screen,
  { restored, stale, undecided, untouched, pendingDays }: Restored,
  dryRun: boolean,
) => {
  const would = dryRun ? 'would be ' : '';
  screen.say(
    `${counted(restored.length, 'published build')} ${would}put back, ${counted(untouched, 'hour')} left as it was.`,
  );
  screen.say(
    `${counted(stale.length, 'hour')} ${would}marked for a build: its raw objects are not what is published.`,
  );
  screen.say(
    `${counted(pendingDays.length, 'day')} ${would}marked for checks and marts: the next run does them.`,
  );
  for (const { partition, undecided: message } of undecided) screen.warn(`  ✗ ${partition}: ${message}`);
  if (!dryRun && restored.length + stale.length > 0)
    screen.say('Next: headrace reconcile, then headrace etl.');
};
