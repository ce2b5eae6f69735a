import { HOUR_MS } from '../json/instants.ts';
import { hoursBetween, hoursLater, type Partition, partitionOf, startOf } from '../lake/partition.ts';
import type { HourChecks, LedgerEntry, PartitionStates } from '../ports/ledger.ts';
import { type ArchiveQuestion, archiveCheckSql } from './archiveCheckSql.ts';
import { type CheckedHours, hourOf, hoursToCheck, least } from './hoursToCheck.ts';
import { ARCHIVE_CHECK, rowsFound, type Warning } from './warnings.ts';

/**
 * The archive is a copy of the stream that Firehose makes, without any code of ours: a witness for what `land` does.
 * Runs ask of every hour whether both hold the same (docs/guides/archive.md). The hour is the one in which the
 * collector received an event: both copies have that in the line. By the hour of the event it would never be complete.
 */

/**
 * An hour that differs is asked about again for so long: Firehose tries for 24 hours, so a difference may still go.
 * After that the check goes on with the next hour; each run before has told of it.
 */
const WAITED_HOURS = 25;

/** Hours of event_time that a check reads: events as old as a sender likes would make it read all there is. */
const MOST_LANDED = 744;

/** Hours in which `land` has written something since the first of these hours began: all that these can be in. */
const landedSince = (entries: readonly LedgerEntry[], from: Partition): Partition[] =>
  entries.flatMap(({ partition, landedAt }) =>
    landedAt !== undefined && partitionOf(landedAt) >= from ? [partition] : [],
  );

/**
 * An object of the archive lies in the hour of its oldest record. While Firehose catches up that may be long before its
 * last one; so the longer these hours have waited, the further back they are looked for.
 */
const arrivalsOf = ({ from, to }: CheckedHours, now: number): Partition[] => {
  const waited = Math.floor((now - startOf(from)) / HOUR_MS);
  return hoursBetween(hoursLater(from, -Math.min(waited, WAITED_HOURS)), hoursLater(to, 1));
};

const questionOf = (hours: CheckedHours, entries: readonly LedgerEntry[], now: number): ArchiveQuestion => {
  const landed = landedSince(entries, hours.from);
  return {
    ...hours,
    arrivals: arrivalsOf(hours, now),
    landed: landed.slice(-MOST_LANDED),
    cut: landed.length > MOST_LANDED,
  };
};

interface CheckPorts {
  partitionStates: Pick<PartitionStates, 'allEntries'>;
  archiveChecks: Pick<HourChecks, 'checkedUntil'>;
}

/** The hours that a run asks about, and its query; none while no further hour is complete. */
export const archiveCheckOf = async (
  now: number,
  { partitionStates, archiveChecks }: CheckPorts,
): Promise<{ hours: CheckedHours; queries: { name: string; sql: string }[] }> => {
  const hours = hoursToCheck(await archiveChecks.checkedUntil(), now);
  if (hours.from === hours.to) return { hours, queries: [] };
  const question = questionOf(hours, await partitionStates.allEntries(), now);
  return { hours, queries: [{ name: ARCHIVE_CHECK, sql: archiveCheckSql(question) }] };
};

/** What a check has found: lines that only one side has. A line counts as often as that side holds it. */
export interface ArchiveDifferences {
  archivedNotLanded: number;
  landedNotArchived: number;
}

/** Zero is a value too: a run that found nothing says so. No value when the check did not run. */
export const archiveMetrics = (found: ArchiveDifferences | undefined): [name: string, lines: number][] =>
  found === undefined
    ? []
    : [
        ['ArchivedNotLanded', found.archivedNotLanded],
        ['LandedNotArchived', found.landedNotArchived],
      ];

type Row = Record<string, string | null>;

const linesOf = (rows: readonly Row[], missing: keyof ArchiveDifferences): number =>
  rows.reduce((sum, row) => (row.missing === missing ? sum + Number(row.lines) : sum), 0);

/** What the rows of a check come to. */
export const archiveLinesOf = (rows: readonly Row[]): ArchiveDifferences => ({
  archivedNotLanded: linesOf(rows, 'archivedNotLanded'),
  landedNotArchived: linesOf(rows, 'landedNotArchived'),
});

/** What the check of a run came to, and from which hour on the next one asks; undefined when it did not run. */
export const checkedBy = (
  { from, to }: CheckedHours,
  warnings: readonly Warning[],
  now: number,
): { until: Partition; differences: ArchiveDifferences } | undefined => {
  const rows = rowsFound(warnings, ARCHIVE_CHECK);
  if (rows === undefined) return undefined;
  const firsts = rows.map(({ first_hour }) => first_hour ?? from);
  const first = firsts.reduce(least, to);
  // What differs is asked again, for as long as it may only be late.
  const over = least(to, hoursLater(hourOf(now), 1 - WAITED_HOURS));
  return {
    until: first > over ? first : over,
    differences: archiveLinesOf(rows),
  };
};
