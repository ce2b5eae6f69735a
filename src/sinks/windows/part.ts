import { scaledText } from '../../events/windows/columns.ts';
import { baseSeconds, type WindowType } from '../../events/windows/windowType.ts';
import type { Catalog } from './counting.ts';
import { scalesIn } from './scales.ts';
import type { Counted, GroupValues } from './state.ts';

/** Why a part was written: its window is over, Lambda ended it early, or its state had become too large. */
export type Ending = 'final' | 'early' | 'full';

/** Where a part belongs. */
interface PartOf {
  windowStart: Date;
  shard: string;
  ending: Ending;
}

/** The row that counts all of a part, whatever windows are declared. None can be called so: it is a word of SQL. */
export const WHOLE_PART = 'all';

/**
 * Sequence numbers of a shard are in the order of their texts once they are of one length: Kinesis has up to 128
 * digits, and uses 56.
 */
const SEQUENCE_DIGITS = 56;

export const paddedSequence = (sequence: string): string => sequence.padStart(SEQUENCE_DIGITS, '0');

/** A sum of whole numbers or decimals is text: JSON's readers would make a double of it. */
const shownMeasure = (value: GroupValues[string] | undefined, scale: number | undefined) =>
  typeof value === 'string' && scale !== undefined ? scaledText(BigInt(value), scale) : value;

/** What tells the measures of a group, as JSON. */
const measuresTextOf = (window: WindowType, catalog: Catalog): ((values: GroupValues) => string) => {
  const scaleIn = scalesIn(window, catalog);
  const scales = window.measures.map((measure) => [measure.name, scaleIn(measure)] as const);
  return (values) =>
    JSON.stringify(
      Object.fromEntries(scales.map(([name, scale]) => [name, shownMeasure(values[name], scale)])),
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
  const rows = windows.flatMap((window) => {
    const textOf = measuresTextOf(window, catalog);
    return Object.entries(groups[window.name] ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([group, values]) => row(window.name, group, textOf(values)));
  });
  return [row(WHOLE_PART, '{}', JSON.stringify({ events, rejected })), ...rows, ''].join('\n');
};
