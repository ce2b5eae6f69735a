import type { Names } from '../../events/columnType.ts';

/** DuckDB expressions that read members out of JSON objects. */

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A member in what `from_json` made of an object. As VARCHAR: functions read the type JSON in ways of its own. */
export const memberOf = (of: string, path: Names): string =>
  `${[of, ...path.map(quoted)].join('.')}::VARCHAR`;

/** The first of these that is there. */
export const firstOf = (members: readonly string[]): string => `coalesce(${members.join(', ')})`;

/** Whether one reading cannot have both: one is below the other, or they part at names that only case tells apart. */
const clash = (one: Names, other: Names): boolean => {
  const at = one.findIndex((name, place) => name !== other[place]);
  if (at === -1) return one.length < other.length;
  const there = other[at];
  return there === undefined || there.toLowerCase() === one[at]?.toLowerCase();
};

const isSame = (one: Names, other: Names): boolean =>
  one.length === other.length && one.every((name, place) => name === other[place]);

/**
 * Places in an object, in as few readings as there can be: one, save where `total` and `total.amount`, or `title` and
 * `Title`, are both asked for. The names of DuckDB's structs know no case.
 */
export const readingsOf = (paths: Iterable<Names>): Names[][] => {
  const readings: Names[][] = [];
  for (const path of paths) {
    if (readings.some((reading) => reading.some((other) => isSame(path, other)))) continue;
    const fit = readings.find((reading) => reading.every((other) => !clash(path, other)));
    if (fit === undefined) readings.push([path]);
    else fit.push(path);
  }
  return readings;
};

/** Which of the readings has a place. */
export const readingWith = (readings: readonly Names[][], path: Names): number =>
  readings.findIndex((reading) => reading.some((other) => isSame(path, other)));

type Shape = 'JSON' | 'VARCHAR' | { [name: string]: Shape };

/** `from_json`'s shape for members of an object, each once, in the order of their names. */
export const shapeOf = (paths: Iterable<Names>, type: 'JSON' | 'VARCHAR'): Shape => {
  const below = Map.groupBy(paths, ([name = '']) => name);
  return Object.fromEntries(
    [...below]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, all]) => {
        const deeper = all.filter(({ length }) => length > 1).map((path) => path.slice(1));
        return [name, deeper.length === 0 ? type : shapeOf(deeper, type)];
      }),
  );
};
