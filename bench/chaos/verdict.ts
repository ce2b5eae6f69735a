import type { ChaosReport } from './run.ts';

/** Enough ids to look one up by hand. */
const SHOWN = 20;

export interface Verdict {
  /**
   * Nothing is lost, doubled, strange or off, all that is stored adds up, no event is missing in the windows,
   * events_now was never wrong, and something was acknowledged at all.
   */
  holds: boolean;
  /** what is printed: counts, and the ids and how to run it again when it does not hold */
  document: Record<string, unknown>;
}

/** What a run comes to: a run that acknowledged nothing has proven nothing. */
export const verdictOf = (
  { seed, minutes }: { seed: number; minutes: number },
  report: ChaosReport,
  seconds: number,
): Verdict => {
  const { lost, doubled, strange, martsOff, archive, ...counts } = report;
  const { missing = [], strange: strangeInArchive = [], ids: archived = 0, ...beside } = archive ?? {};
  const found = { lost, doubled, strange, martsOff };
  const inArchive = { missing, strange: strangeInArchive };
  const nothingFound = Object.values({ ...found, missing, strangeInArchive }).every(
    (ids) => ids.length === 0,
  );
  const nowHolds = report.now.wrong === 0 && report.now.checks > 0;
  const windowsHold = report.windows.missing === 0 && report.windows.compared > 0;
  const archiveHolds = Object.values(beside).every((lines) => lines === 0);
  const allHolds = nowHolds && report.reconciled.ok && windowsHold && archiveHolds;
  const holds = nothingFound && allHolds && report.acknowledged > 0;
  const reproduce = `npm run chaos -- --seed ${seed} --minutes ${minutes} --json; its data: .headrace/chaos-${seed}`;
  return {
    holds,
    document: {
      seed,
      ...counts,
      ...mapOf(found, (ids) => ids.length),
      ...(archive === undefined
        ? {}
        : { archive: { ids: archived, ...mapOf(inArchive, (ids) => ids.length), ...beside } }),
      seconds,
      ...(holds
        ? {}
        : {
            ids: mapOf({ ...found, archive: missing, strangeInArchive }, (ids) => ids.slice(0, SHOWN)),
            reproduce,
          }),
    },
  };
};

const mapOf = <Value>(
  found: Record<string, string[]>,
  made: (ids: string[]) => Value,
): Record<string, Value> => Object.fromEntries(Object.entries(found).map(([name, ids]) => [name, made(ids)]));
