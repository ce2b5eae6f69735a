import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { StageAccess } from '../../client/access.ts';
import { type RingingAlarm, ringingAlarms } from '../../client/alarms.ts';
import { stateMachineArn } from '../../client/executions.ts';
import { age, bytes, count, counted, seconds } from '../../client/format.ts';
import { openLake } from '../../client/lake.ts';
import { HOURS_LOOKED_AT, lastLanded } from '../../client/landed.ts';
import { openLedger } from '../../client/ledger.ts';
import { timeZoneOf } from '../../client/timeZone.ts';
import { zonedTime } from '../../src/etl/localDays.ts';
import { hourAfter } from '../../src/lake/partition.ts';
import type { LedgerEntry } from '../../src/ports/ledger.ts';
import type { Command } from '../command.ts';
import type { Screen } from '../screen.ts';
import { shortened } from '../steps.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace status

Partitions with their counts, what waits for a build and since when, how fresh events_now is, the last executions, and the
alarms that ring.
Times are in the time zone of the stage (timeZone in resources/params.yml), hours of partitions and --json in UTC.`;

const SHOWN = 24;

export const status: Command = {
  name: 'status',
  usage,
  positionals: false,
  options: {},
  run: async (invocation) => {
    const [entries, executions, alarms, timeZone, landed] = await withStage(invocation, (access) => {
      const { partitionStates } = openLedger(access.dynamodb, access.ledgerTable, { now: () => new Date() });
      return Promise.all([
        partitionStates.allEntries(),
        lastExecutions(access),
        ringingAlarms(access),
        timeZoneOf(access),
        openLake(access).then((store) => lastLanded(store, Date.now())),
      ]);
    });
    const { stage } = invocation;
    const document = {
      ...{ stage, timeZone, ...summarise(entries) },
      lastLanded: landed?.toISOString() ?? null,
      ...{ executions, alarms, partitions: entries },
    };
    show(invocation.screen, document, Date.now());
    return { ok: true, document };
  },
};

interface Execution {
  name: string;
  status: string;
  startedAt: string;
  seconds: number | null;
}

interface Summary {
  totals: { raw: number; curated: number; duplicates: number; rejected: number; parquetBytes: number };
  stale: number;
  oldestStaleSince: string | null;
}

const summarise = (entries: readonly LedgerEntry[]): Summary => {
  const totals = { raw: 0, curated: 0, duplicates: 0, rejected: 0, parquetBytes: 0 };
  for (const { committed } of entries) {
    if (!committed) continue;
    for (const key of ['raw', 'curated', 'duplicates', 'rejected'] as const)
      totals[key] += committed.counts[key];
    totals.parquetBytes += committed.parquetBytes;
  }
  const waiting = entries
    .flatMap((entry) => (entry.stale && entry.staleSince ? [entry.staleSince] : []))
    .sort();
  return {
    totals,
    stale: entries.filter((entry) => entry.stale).length,
    oldestStaleSince: waiting[0] ?? null,
  };
};

const lastExecutions = async (access: StageAccess): Promise<Execution[]> => {
  const arn = await stateMachineArn(access, access.stateMachine);
  const page = await access.sfn.send(new ListExecutionsCommand({ stateMachineArn: arn, maxResults: 5 }));
  return (page.executions ?? []).map((e) => ({
    name: e.name ?? '',
    status: e.status ?? '',
    startedAt: e.startDate?.toISOString() ?? '',
    seconds: e.startDate && e.stopDate ? (e.stopDate.getTime() - e.startDate.getTime()) / 1000 : null,
  }));
};

const show = (
  screen: Screen,
  status: Summary & {
    stage: string;
    timeZone: string;
    lastLanded: string | null;
    executions: Execution[];
    alarms: RingingAlarm[];
    partitions: LedgerEntry[];
  },
  now: number,
): void => {
  const { timeZone } = status;
  screen.heading(`Partitions (${status.stage}, hours in UTC)`);
  showPartitions(screen, status.partitions, now);
  screen.say(
    status.oldestStaleSince === null
      ? 'Fresh: nothing waits for a build.'
      : `${counted(status.stale, 'partition waits', 'partitions wait')} for a build, the first for ${age(now - Date.parse(status.oldestStaleSince))}. Run: headrace etl`,
  );
  screen.say(
    status.lastLanded === null
      ? `events_now: no event of the last ${HOURS_LOOKED_AT} hours has landed.`
      : `events_now: the newest events landed ${age(now - Date.parse(status.lastLanded))} ago.`,
  );
  showFailures(screen, status.partitions, timeZone);
  screen.heading('Last executions');
  for (const e of status.executions)
    screen.say(
      `  ${zonedTime(e.startedAt, timeZone)}  ${e.status.padEnd(9)} ${(e.seconds === null ? '' : seconds(e.seconds * 1000)).padStart(7)}  ${e.name}`,
    );
  if (status.executions.length === 0) screen.say('None yet.');
  screen.heading('Alarms');
  for (const { name, since, description } of status.alarms) {
    screen.warn(`  ${name}, since ${zonedTime(since, timeZone)}`);
    screen.say(`  ${description}`);
  }
  if (status.alarms.length === 0) screen.say('None rings.');
};

/** The newest, and of the earlier ones those that somebody has to look at. */
const showPartitions = (screen: Screen, partitions: readonly LedgerEntry[], now: number): void => {
  if (partitions.length === 0) {
    screen.say('None yet: send some events.');
    return;
  }
  const restless = partitions
    .slice(0, -SHOWN)
    .filter(({ stale, lastFailure }) => stale || lastFailure !== null)
    .slice(-SHOWN);
  const shown = [...restless, ...partitions.slice(-SHOWN)];
  screen.table(
    ['partition', 'raw', 'curated', 'duplicates', 'rejected', 'parquet', 'state'],
    shown.map((entry) => partitionRow(entry, now)),
  );
  const more = partitions.length - shown.length;
  if (more > 0) screen.say(`… and ${count(more)} earlier ones (--json shows all).`);
};

const FAILURES = 10;

/** Why hours fail, in the words of the step that failed. */
const showFailures = (screen: Screen, partitions: readonly LedgerEntry[], timeZone: string): void => {
  const failing = partitions.flatMap(({ partition, stale, lastFailure }) =>
    lastFailure === null ? [] : [{ partition, stale, ...lastFailure }],
  );
  if (failing.length === 0) return;
  screen.heading('Hours whose last build failed');
  for (const { partition, stale, error, cause, at } of failing.slice(-FAILURES)) {
    screen.warn(`  ${partition}, ${zonedTime(at, timeZone)}: ${error}`);
    screen.say(`  ${shortened(cause)}`);
    screen.say(
      stale
        ? '  The next run tries again.'
        : `  Nothing waits there. To try again: headrace etl --from ${partition} --to ${hourAfter(partition)} --force`,
    );
  }
  const more = failing.length - FAILURES;
  if (more > 0) screen.say(`… and ${count(more)} earlier ones (--json shows all).`);
};

const partitionRow = (entry: LedgerEntry, now: number): string[] => {
  const counts = entry.committed?.counts;
  const figure = (n: number | undefined) => (n === undefined ? '–' : count(n));
  return [
    entry.partition,
    figure(counts?.raw),
    figure(counts?.curated),
    figure(counts?.duplicates),
    figure(counts?.rejected),
    entry.committed ? bytes(entry.committed.parquetBytes) : '–',
    stateOf(entry, now),
  ];
};

const stateOf = (entry: LedgerEntry, now: number): string => {
  if (entry.stale && entry.lastFailure) return `failed: ${entry.lastFailure.error}`;
  if (entry.lastFailure && entry.committed)
    return `built ${age(now - Date.parse(entry.committed.builtAt))} ago, failed since: ${entry.lastFailure.error}`;
  if (entry.stale) return `stale for ${age(now - Date.parse(entry.staleSince ?? ''))}`;
  return entry.committed ? `built ${age(now - Date.parse(entry.committed.builtAt))} ago` : 'empty';
};
