import { mapAtMost } from '../../src/atMost.ts';
import type { Measure, WindowType } from '../../src/events/windows/windowType.ts';
import { LIVE } from '../../src/lake/layout.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import { estimateOf, merged } from '../../src/sinks/windows/sketch.ts';
import { readWhole } from '../lake.ts';

/** Reads the objects of live/ as the views do in SQL: a change here is one in src/tables/windowViews.ts. */

/** Parts read at once. */
export const PARALLEL = 16;

type Value = number | string | number[];

/** A row of a part: a group of a window. */
export interface PartRow {
  window: string;
  start: Date;
  group: Readonly<Record<string, string | null>>;
  measures: Readonly<Record<string, Value>>;
  shard: string;
  first: string;
  last: string;
}

/** What has been counted in a window of a group, all parts together. */
export interface WindowCount {
  start: Date;
  group: Readonly<Record<string, string | null>>;
  measures: Readonly<Record<string, number | null>>;
}

export const rowsOfPart = (text: string): PartRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [window = '', start = '', , group = '{}', measures = '{}', shard = '', first = '', last = ''] =
        line.split('\t');
      const at = new Date(`${start.replace(' ', 'T')}Z`);
      return {
        window,
        start: at,
        group: JSON.parse(group),
        measures: JSON.parse(measures),
        shard,
        first,
        last,
      };
    });

type Span = Pick<PartRow, 'first' | 'last'>;

const partOf = ({ first, last }: Span): string => `${first} ${last}`;

/** Whether a part has all records of another one, and more. */
const holds = (large: Span, small: Span): boolean =>
  large.first <= small.first && large.last >= small.last && partOf(large) !== partOf(small);

/** Without the parts that another one holds: they were counted again after an error, and the larger one has it all. */
export const wholeParts = (rows: readonly PartRow[]): PartRow[] => {
  const pieces = Map.groupBy(rows, ({ start, shard }) => `${start.getTime()} ${shard}`);
  return [...pieces.values()].flatMap((ofShard) => {
    // By part, not by row: a part may have thousands of groups.
    const parts = [...new Map(ofShard.map((row) => [partOf(row), row])).values()];
    const whole = new Set(parts.filter((part) => !parts.some((other) => holds(other, part))).map(partOf));
    return ofShard.filter((row) => whole.has(partOf(row)));
  });
};

const numbers = (values: readonly (Value | undefined)[]): number[] =>
  values.flatMap((value) => (value === undefined || Array.isArray(value) ? [] : [Number(value)]));

const together = (measure: Measure, values: readonly (Value | undefined)[]): number | null => {
  if (measure.what === 'distinct') {
    const sketches = values.filter((value) => Array.isArray(value));
    return estimateOf(sketches.reduce<readonly number[]>(merged, []));
  }
  const found = numbers(values);
  return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0);
};

const startIn = ({ every }: WindowType, at: Date): number => at.getTime() - (at.getTime() % (every * 1_000));

/** The windows of one declaration, of whole parts, added up, in the order of time. */
export const countsOfWhole = (window: WindowType, rows: readonly PartRow[]): WindowCount[] => {
  const own = rows.filter((row) => row.window === window.name);
  const groups = Map.groupBy(own, (row) => `${startIn(window, row.start)} ${JSON.stringify(row.group)}`);
  return [...groups.values()]
    .flatMap((parts) => {
      const [first] = parts;
      if (first === undefined) return [];
      const measures = window.measures.map(
        (measure) =>
          [
            measure.name,
            together(
              measure,
              parts.map(({ measures: own }) =>
                Object.hasOwn(own, measure.name) ? own[measure.name] : undefined,
              ),
            ),
          ] as const,
      );
      return {
        start: new Date(startIn(window, first.start)),
        group: first.group,
        measures: Object.fromEntries(measures),
      };
    })
    .sort((one, other) => one.start.getTime() - other.start.getTime());
};

/** The same of all parts. */
export const countsOf = (window: WindowType, rows: readonly PartRow[]): WindowCount[] =>
  countsOfWhole(window, wholeParts(rows));

/** The rows of every part that there is. */
export const allParts = async (store: Pick<ObjectStore, 'list' | 'read'>): Promise<PartRow[]> => {
  const found = await store.list(LIVE);
  const texts = await mapAtMost(PARALLEL, found, ({ key }) => readWhole(store, key));
  return texts.flatMap((text) => rowsOfPart(text.toString('utf8')));
};
