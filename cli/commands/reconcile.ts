import { count, counted } from '../../client/format.ts';
import { openLakehouse } from '../../client/lakehouse.ts';
import { comparePostgres, postgresText } from '../../client/postgres.ts';
import type { Balance } from '../../src/recovery/balance.ts';
import { nameLostObjects } from '../../src/recovery/lostObjects.ts';
import { describe, type Reconciliation, reconcileRange } from '../../src/recovery/reconciling.ts';
import type { Command } from '../command.ts';
import { hoursOf } from '../hours.ts';
import type { Screen } from '../screen.ts';
import { withStage } from '../withStage.ts';

const usage = `
headrace reconcile [--from HOUR --to HOUR]

Counts what is stored of every hour, stage by stage: raw objects, the ledger's build, the table's partition, the
Parquet file, quarantine. Exits 1 on a difference, naming stage and partition. Rows that wait for a build are no
difference. Without a range: everything there is. Where the stage has PostgreSQL, its rows are compared with the curated
ones too.

  --from HOUR   first hour (2026-11-01T00, UTC) or day (2026-11-01)
  --to HOUR     the hour or day after the last one`;

/** Rows of the table on a screen; those with a difference are always among them. */
const SHOWN = 48;

export const reconcile: Command = {
  name: 'reconcile',
  usage,
  options: { from: { type: 'string' }, to: { type: 'string' } },
  positionals: false,
  run: async (invocation) => {
    const range = hoursOf(invocation);
    const found = await withStage(invocation, async (access) => {
      const lakehouse = await openLakehouse(access);
      const reconciled = await nameLostObjects(await reconcileRange(range, lakehouse), lakehouse.store);
      return { ...reconciled, postgres: await comparePostgres(access, range) };
    });
    const { postgres } = found;
    const inPostgres = postgres === undefined || postgres.missing + postgres.extra === 0;
    const ok = found.differences.length === 0 && inPostgres;
    const document = {
      stage: invocation.stage,
      ok,
      totals: totalsOf(found.balances),
      differences: found.differences,
      partitions: found.balances,
      ...(postgres === undefined ? {} : { postgres }),
    };
    show(invocation.screen, found, document.totals);
    if (postgres !== undefined)
      (inPostgres ? invocation.screen.say : invocation.screen.warn)(postgresText(postgres));
    return { ok, document };
  },
};

const totalsOf = (balances: readonly Balance[]) => {
  const sum = (of: (balance: Balance) => number) => balances.reduce((total, one) => total + of(one), 0);
  return {
    partitions: balances.length,
    raw: sum(({ raw }) => raw),
    curated: sum(({ counts }) => counts?.curated ?? 0),
    duplicates: sum(({ counts }) => counts?.duplicates ?? 0),
    rejected: sum(({ counts }) => counts?.rejected ?? 0),
    quarantined: sum(({ quarantined }) => quarantined.landed + quarantined.built),
    pending: sum(({ pending }) => pending),
    withdrawn: sum(({ withdrawn = 0 }) => withdrawn),
  };
};

const show = (
  screen: Screen,
  { balances, differences }: Reconciliation,
  totals: ReturnType<typeof totalsOf>,
): void => {
  const last = new Set(balances.slice(-SHOWN));
  const shown = balances.filter((balance) => last.has(balance) || balance.differences.length > 0);
  if (balances.length === 0) screen.say('Nothing is stored yet: send some events.');
  else
    screen.table(
      ['partition', 'raw', 'curated', 'duplicates', 'rejected', 'in Parquet', 'quarantined', 'state'],
      shown.map(rowOf),
    );
  if (shown.length < balances.length)
    screen.say(`… and ${count(balances.length - shown.length)} earlier ones that add up (--json shows all).`);
  const { partitions, raw, curated, duplicates, rejected, pending, withdrawn } = totals;
  const takenBack = withdrawn === 0 ? '' : ` + ${count(withdrawn)} taken back`;
  screen.say(
    `${counted(partitions, 'hour')}: ${count(raw)} raw${takenBack} = ${count(curated)} curated + ${count(duplicates)} duplicates + ${count(rejected)} rejected + ${count(pending)} waiting for a build`,
  );
  for (const difference of differences) screen.warn(`  ✗ ${describe(difference)}`);
  screen.say(
    differences.length === 0
      ? 'Everything adds up.'
      : `${counted(differences.length, 'difference')}. docs/guides/reconcile.md says what each means and what to do.`,
  );
};

const rowOf = (balance: Balance): string[] => {
  const { counts, quarantined } = balance;
  const figure = (n: number | null | undefined) => (n === null || n === undefined ? '–' : count(n));
  return [
    balance.partition,
    count(balance.raw),
    figure(counts?.curated),
    figure(counts?.duplicates),
    figure(counts?.rejected),
    figure(balance.parquet),
    count(quarantined.landed + quarantined.built),
    stateOf(balance),
  ];
};

const stateOf = ({ differences, stale, pending }: Balance): string => {
  if (differences.length > 0) return `✗ ${[...new Set(differences.map(({ stage }) => stage))].join(', ')}`;
  return stale || pending > 0 ? `${count(pending)} waiting` : 'adds up';
};
