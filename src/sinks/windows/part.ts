import { scaledText, scaleOf, windowColumns } from '../../events/windows/columns.ts';
import { baseSeconds, type Measure, type WindowType } from '../../events/windows/windowType.ts';
import type { Catalog } from './counting.ts';
import type { Counted, GroupValues } from './state.ts';

/** Why a part was written: its window is over, Lambda ended it early, or its state had become too large. */
export type Ending = 'final' | 'early' | 'full';

/** Where a part belongs. */
interface PartOf {
  windowStart: Date;
  shard: string;
  ending: Ending;
}

/** The row of a part that counts all of it, whatever the declared windows count. No window can be called so: it is a word of SQL. */
export const WHOLE_PART = 'all';

/** Sequence numbers of a shard are in the order of their texts once they are of one length: Kinesis has up to 128 digits, and uses 56. */
const SEQUENCE_DIGITS = 56;

export const paddedSequence = (sequence: string): string => sequence.padStart(SEQUENCE_DIGITS, '0');

/** A sum of whole numbers or decimals is text: JSON's readers would make a double of it. */
const shownMeasure = (
  measure: Measure,
  scales: ReadonlyMap<string, number | undefined>,
  values: GroupValues,
) => {
  const value = values[measure.name];
  const scale = measure.what === 'sum' ? scales.get(measure.column) : undefined;
  return typeof value === 'string' && scale !== undefined ? scaledText(BigInt(value), scale) : value;
};

const measuresText = (window: WindowType, catalog: Catalog, values: GroupValues): string => {
  const types = windowColumns(window.of, catalog.columns);
  const scales = new Map([...types].map(([name, type]) => [name, scaleOf(type)]));
  return JSON.stringify(
    Object.fromEntries(
      window.measures.map((measure) => [measure.name, shownMeasure(measure, scales, values)]),
    ),
  );
};

/** As Hive's text format has it. */
const timestampText = (iso: string): string => iso.slice(0, -1).replace('T', ' ');

/** Hive's text for null. */
const NULL = '\\N';

/**
 * The object of a part: a line for all of it, then one for each group of each window, columns between tabs (JSON has
 * none: it escapes them). The same counts give the same bytes.
 */
export const partText = (
  { first, last, newest, events, rejected, groups }: Counted,
  { windowStart, shard, ending }: PartOf,
  windows: readonly WindowType[],
  catalog: Catalog,
): string => {
  const row = (name: string, group: string, measures: string): string =>
    [
      ...[name, timestampText(windowStart.toISOString()), baseSeconds(windows), group, measures],
      ...[shard, paddedSequence(first), paddedSequence(last)],
      ...[newest === '' ? NULL : timestampText(newest), ending, true],
    ].join('\t');
  const rows = windows.flatMap((window) =>
    Object.entries(groups[window.name] ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([group, values]) => row(window.name, group, measuresText(window, catalog, values))),
  );
  return [row(WHOLE_PART, '{}', JSON.stringify({ events, rejected })), ...rows, ''].join('\n');
};
