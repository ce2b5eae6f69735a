import { hoursBetween } from '../lake/partition.ts';
import { once } from '../once.ts';
import type { HourChecks, PartitionStates } from '../ports/ledger.ts';
import * as z from '../schema.ts';
import { checkedHours, hoursToCheck } from './hoursToCheck.ts';
import { speedCheckSql } from './speedCheckSql.ts';
import { rowsFound, SPEED_CHECK, type Warning } from './warnings.ts';

/**
 * How far speed was from batch: of each hour that is over and published, what the windows had counted of the stream
 * beside what was built. It is something to look at, and no fault: windows are by arrival, and count duplicates.
 */

export const speedHours = /* @__PURE__ */ once(() =>
  z.extend(checkedHours(), {
    /** lines that the builds of these hours removed */
    duplicates: z.number(),
  }),
);

type SpeedHours = z.infer<ReturnType<typeof speedHours>>;

interface CheckPorts {
  partitionStates: Pick<PartitionStates, 'entries'>;
  speedChecks: Pick<HourChecks, 'checkedUntil'>;
}

/** The hours that a run compares, and its query; none while no further hour is complete. */
export const speedCheckOf = async (
  now: number,
  { partitionStates, speedChecks }: CheckPorts,
): Promise<{ hours: SpeedHours; queries: { name: string; sql: string }[] }> => {
  const hours = hoursToCheck(await speedChecks.checkedUntil(), now);
  const { from, to } = hours;
  if (from === to) return { hours: { ...hours, duplicates: 0 }, queries: [] };
  const built = (await partitionStates.entries(from, to)).flatMap(({ committed }) => committed ?? []);
  const duplicates = built.reduce((sum, { counts }) => sum + counts.duplicates, 0);
  return {
    hours: { ...hours, duplicates },
    queries: [{ name: SPEED_CHECK, sql: speedCheckSql(hoursBetween(from, to)) }],
  };
};

/** Speed and batch of the hours that a run compared. */
export interface SpeedAndBatch {
  /** that are published */
  hours: number;
  /** events that windows counted in them, by arrival */
  counted: number;
  /** rows of their builds */
  built: number;
  duplicates: number;
  /** rows that arrived after the end of their hour: windows counted them in a later one */
  late: number;
}

/** What the check of a run came to; undefined when it did not run. */
export const speedFound = (
  { duplicates }: SpeedHours,
  warnings: readonly Warning[],
): SpeedAndBatch | undefined => {
  const rows = rowsFound(warnings, SPEED_CHECK);
  if (rows === undefined) return undefined;
  const sum = (column: string): number => rows.reduce((all, row) => all + Number(row[column] ?? 0), 0);
  return {
    hours: sum('hours'),
    counted: sum('counted'),
    built: sum('built'),
    duplicates,
    late: sum('late'),
  };
};

/** No value when no published hour was compared. */
export const speedMetrics = (found: SpeedAndBatch | undefined): [name: string, events: number][] =>
  found === undefined || found.hours === 0
    ? []
    : [
        ['SpeedMinusBatch', found.counted - found.built],
        ['SpeedDuplicates', found.duplicates],
        ['SpeedLate', found.late],
      ];
