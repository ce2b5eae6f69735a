import type { StageAccess } from '../../client/access.ts';
import { CliError } from '../../client/failure.ts';
import { count } from '../../client/format.ts';
import { openFailedBatches, openLake } from '../../client/lake.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import type { Command, Invocation, Outcome } from '../command.ts';
import { daysBetween } from '../quarantine/days.ts';
import { dismissQuarantine } from '../quarantine/dismiss.ts';
import { landFailedBatches } from '../quarantine/failedBatches.ts';
import { listQuarantine } from '../quarantine/list.ts';
import { replayQuarantine } from '../quarantine/replay.ts';
import { showQuarantine } from '../quarantine/show.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace quarantine list    [--from DAY --to DAY]
headrace quarantine show    [--id ID …] [--reason R] [--source S] [--from DAY --to DAY] [--limit N] [--csv]
headrace quarantine replay  [--id ID …] [--reason R] [--source S] [--from DAY --to DAY] [--fix FILE] [--dry-run]
headrace quarantine dismiss [--id ID …] [--reason R] [--source S] [--from DAY --to DAY] [--dry-run]
headrace quarantine replay  --failed-batches [--dry-run]

What came in and is not a valid event: counts by day, reason and source; the rows with their raw text; sending them
again, mended if need be, with their own ids and times; and dismissing what nobody will mend, so that it is no longer open.
Doing either twice changes nothing.

  --from, --to     days (UTC) of quarantine, --to exclusive (default: the last seven)
  --id ID          only this row, by the id that show gives it; may be given several times
  --reason R       only rows of this reason
  --source S       only rows of this source
  --limit N        so many rows at most (default 50)
  --csv            rows as CSV on stdout
  --fix FILE       JSON that renames, removes, defaults or sets top-level fields (docs/guides/quarantine.md)
  --dry-run        only say what would be sent, and what the collector would reject again
  --key KEY        write key: only rows of its source are sent (emulator: not needed; HEADRACE_WRITE_KEY)
  --url URL        the collector (default: the emulator's; HEADRACE_URL)
  --failed-batches land the batches that the function land gave up`;

/** What each form takes beside the days: an option that would be ignored (`replay --limit`) is a mistake to be told. */
const takes: Readonly<Record<string, readonly string[]>> = {
  list: [],
  show: ['id', 'reason', 'source', 'limit', 'csv'],
  dismiss: ['id', 'reason', 'source', 'dry-run'],
  replay: ['id', 'reason', 'source', 'fix', 'dry-run', 'key', 'url', 'failed-batches'],
};

export const quarantine: Command = {
  name: 'quarantine',
  usage,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    id: { type: 'string', multiple: true, default: [] },
    reason: { type: 'string' },
    source: { type: 'string' },
    limit: { type: 'string' },
    csv: { type: 'boolean', default: false },
    fix: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    'failed-batches': { type: 'boolean', default: false },
    key: { type: 'string' },
    url: { type: 'string' },
  },
  run: async (invocation) => {
    const action = actionOf(invocation);
    const days = daysBetween(invocation.option('from'), invocation.option('to'), new Date());
    const filter = {
      days,
      reason: invocation.option('reason'),
      source: invocation.option('source'),
      ids: invocation.options('id'),
    };
    return withStage(invocation, async (access) => {
      const store = await openLake(access);
      if (action === 'list') return listQuarantine(access, store, days, invocation);
      if (action === 'show') return showQuarantine(store, filter, invocation);
      if (action === 'dismiss') return dismissQuarantine(store, filter, invocation, new Date());
      if (invocation.flag('failed-batches')) return replayFailedBatches(access, invocation);
      return replayQuarantine(access, store, filter, invocation);
    });
  },
};

const actionOf = (invocation: Invocation): string => {
  const [action = '', ...others] = invocation.positionals;
  const taken = takes[action];
  const more = 'headrace quarantine --help tells more.';
  if (taken === undefined || others.length > 0)
    throw new CliError('quarantine knows four forms: list, show, replay and dismiss.', more);
  const known = [...new Set(Object.values(takes).flat())];
  const given = known.filter(
    (name) =>
      invocation.option(name) !== undefined || invocation.flag(name) || invocation.options(name).length > 0,
  );
  const foreign = given.find((name) => !taken.includes(name));
  if (foreign !== undefined) throw new CliError(`quarantine ${action} has no option --${foreign}.`, more);
  return action;
};

const replayFailedBatches = async (access: StageAccess, invocation: Invocation): Promise<Outcome> => {
  const dryRun = invocation.flag('dry-run');
  const landing = await openLakehouse(access);
  const stores = await openFailedBatches(access);
  const batches = (
    await Promise.all(stores.map((store) => landFailedBatches(store, landing, { dryRun })))
  ).flat();
  for (const { uri, records, landed, problem } of batches) {
    if (problem !== undefined) invocation.screen.warn(`${uri}: ${problem}`);
    else if (landed === undefined) invocation.screen.say(`${uri}: ${count(records)} records would be landed`);
    else
      invocation.screen.say(
        `${uri}: ${count(landed.rawRows)} events landed, ${count(landed.quarantined)} lines quarantined`,
      );
  }
  const failed = batches.filter(({ problem }) => problem !== undefined).length;
  invocation.screen.say(`${count(batches.length)} failed batches, ${count(failed)} of them still there.`);
  return { ok: failed === 0, document: { dryRun, failed, batches } };
};
