import { reportKey } from '../lake/layout.ts';
import { once } from '../once.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { HourChecks, ObservedSchemas, PendingDays } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { type ArchiveDifferences, checkedBy } from './archiveCheck.ts';
import { caught } from './cause.ts';
import { noteChecked } from './hoursToCheck.ts';
import type { Plan } from './planning.ts';
import { type SpeedAndBatch, speedFound } from './speedCheck.ts';
import type { Tally } from './tallying.ts';
import { CRAWL, didNotRun, isSpeed, type Warning, type WarningResults, warningsIn } from './warnings.ts';

interface ReportingPorts {
  store: ObjectStore;
  pendingDays: PendingDays;
  observedSchemas: ObservedSchemas;
  archiveChecks: Pick<HourChecks, 'setCheckedUntil'>;
  speedChecks: Pick<HourChecks, 'setCheckedUntil'>;
  clock: Clock;
}

export interface RunReport {
  execution: string;
  /** FAILED: there was work, and none was done. Days that were pending have their checks and marts all the same */
  status: 'SUCCEEDED' | 'PARTIAL' | 'FAILED';
  /** of a FAILED one, as in the reports of runs that end before this */
  error?: 'NothingBuilt';
  cause?: string;
  /** built */
  partitions: number;
  /** left to other runs, which were building them */
  locked: number;
  counts: Tally['counts'];
  bytes: Tally['bytes'];
  marts: string[];
  drift: string[];
  failed: Tally['failed'];
  failedCount: number;
  /** what queries/warnings/ found: nothing that fails a run */
  warnings: Warning[];
  /** what the check of the archive found; not there when it did not run */
  archive?: ArchiveDifferences;
  /** how far the windows were from what was built; not there when they were not compared */
  speed?: SpeedAndBatch;
  removed: number;
  /** work is left over for the next run */
  more: boolean;
}

/** What stands in the machine's state since Sweep: its answer, and the failure of the crawl that it was due for. */
export const swept = /* @__PURE__ */ once(() =>
  z.object({
    output: z.object({
      removed: z.number(),
      crawl: z.object({ pending: z.boolean(), wanted: z.number() }),
    }),
    failure: z.optional(caught()),
  }),
);

export type Swept = z.infer<ReturnType<typeof swept>>;

/** Nothing waits for the crawler, so its failure is something to know of, and none of the run. */
const crawlFailure = ({ failure }: Swept): Warning[] =>
  failure === undefined ? [] : [didNotRun(CRAWL, failure)];

/** A run that had work and did none must not look green, nor half green. */
const outcomeOf = ({
  built,
  locked,
  failed,
  failedCount,
}: Tally): Pick<RunReport, 'status' | 'error' | 'cause'> => {
  if (failedCount === 0) return { status: 'SUCCEEDED' };
  if (built > 0) return { status: 'PARTIAL' };
  const [first] = failed;
  const why = first === undefined ? 'no result came back' : `first ${first.partition}: ${first.error}`;
  const others = locked === 0 ? '' : `; ${locked} are being built by other runs`;
  const cause = `None of ${failedCount + locked} partitions was built (${why}${others}). Their causes are in the ledger: headrace status.`;
  return { status: 'FAILED', error: 'NothingBuilt', cause };
};

/**
 * Ends a run whose checks and marts are done: clears its days and the crawl, each only if nothing came meanwhile (a
 * crawl that failed stays wanted), then writes the report. Days stay pending after a run of some marts only: the others
 * still wait for them.
 */
export const reportRun = async (
  run: { execution: string; plan: Plan; tally: Tally; warnings: WarningResults; sweep: Swept },
  knownMarts: readonly string[],
  { store, pendingDays, observedSchemas, archiveChecks, speedChecks, clock }: ReportingPorts,
): Promise<RunReport> => {
  const { execution, plan, tally, warnings, sweep } = run;
  const { crawl } = sweep.output;
  if (knownMarts.every((mart) => plan.marts.includes(mart))) {
    await pendingDays.clear(tally.days.filter(({ changes }) => changes > 0));
  }
  // One that failed stays wanted: a later run begins it again.
  if (crawl.pending && sweep.failure === undefined) await observedSchemas.crawlDone(crawl.wanted);

  const found = [...warningsIn(warnings), ...crawlFailure(sweep)];
  const archive = tally.archive && checkedBy(tally.archive, found, clock.now().getTime());
  if (tally.archive && archive) await noteChecked(tally.archive, archive.until, archiveChecks);
  const speed = tally.speed && speedFound(tally.speed, found);
  if (tally.speed && speed) await noteChecked(tally.speed, tally.speed.to, speedChecks);

  const report: RunReport = {
    execution,
    ...outcomeOf(tally),
    partitions: tally.built,
    locked: tally.locked,
    counts: tally.counts,
    bytes: tally.bytes,
    marts: tally.marts.map(({ name }) => name),
    drift: tally.drift,
    failed: tally.failed,
    failedCount: tally.failedCount,
    warnings: found.filter((one) => !isSpeed(one)),
    ...(archive === undefined ? {} : { archive: archive.differences }),
    ...(speed === undefined ? {} : { speed }),
    removed: sweep.output.removed,
    more: plan.more || tally.daysLeft > 0,
  };
  const days = tally.days.map(({ day }) => day);
  const stored = { ...report, days, finishedAt: clock.now().toISOString() };
  await store.put(
    reportKey(execution),
    Buffer.from(`${JSON.stringify(stored, null, 2)}\n`),
    'application/json',
  );
  return report;
};
