import type { ChaosReport } from './run.ts';

/** Enough ids to look one up by hand. */
const SHOWN = 20;

export interface Verdict {
  /**
   * Nothing is lost, doubled, strange or off, all that is stored adds up, no event is missing in the windows,
   * PostgreSQL has what is curated, events_now was never wrong, and something was acknowledged at all.
   */
  holds: boolean;
  /** what is printed: counts, and the ids and how to run it again when it does not hold */
  document: Record<string, unknown>;
}

/** Everything that a run may find: ids, by what is wrong with them. */
const findings = ({ lost, doubled, strange, martsOff, archive, postgres }: ChaosReport) => ({
  ...{ lost, doubled, strange, martsOff },
  ...(archive && { archive: archive.missing, strangeInArchive: archive.strange }),
  ...(postgres && {
    missingInPostgres: postgres.missing,
    extraInPostgres: postgres.extra,
    notDeliveredToPostgres: postgres.notDelivered,
  }),
});

/** What is counted only. A look that looked at nothing has proven nothing, nor has a run that acknowledged nothing. */
const countsHold = ({ now, windows, archive, postgres, reconciled, acknowledged }: ChaosReport): boolean =>
  now.wrong === 0 &&
  now.checks > 0 &&
  windows.missing === 0 &&
  windows.compared > 0 &&
  (archive === undefined || archive.archivedNotLanded + archive.landedNotArchived === 0) &&
  (postgres === undefined || (postgres.differing === 0 && postgres.rows > 0)) &&
  reconciled.ok &&
  acknowledged > 0;

/** Lists as how long they are. */
const lengthsIn = (found: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, Array.isArray(value) ? value.length : value]),
  );

/** What a run comes to. */
export const verdictOf = (
  { seed, minutes }: { seed: number; minutes: number },
  report: ChaosReport,
  seconds: number,
): Verdict => {
  const { lost, doubled, strange, martsOff, archive, postgres, ...counts } = report;
  const found = findings(report);
  const holds = countsHold(report) && Object.values(found).every((ids) => ids.length === 0);
  const shown = Object.fromEntries(Object.entries(found).map(([name, ids]) => [name, ids.slice(0, SHOWN)]));
  const reproduce = `npm run chaos -- --seed ${seed} --minutes ${minutes} --json; its data: .headrace/chaos-${seed}`;
  return {
    holds,
    document: {
      seed,
      ...counts,
      ...lengthsIn({ lost, doubled, strange, martsOff }),
      ...(archive && { archive: lengthsIn(archive) }),
      ...(postgres && { postgres: lengthsIn(postgres) }),
      seconds,
      ...(holds ? {} : { ids: shown, reproduce }),
    },
  };
};
