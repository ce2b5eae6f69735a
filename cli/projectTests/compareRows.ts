import { jsonValue } from '../../client/sqlValues.ts';
import { isExpected, kindHint } from './compareValue.ts';
import type { Difference, Expectation, ExpectedRow } from './model.ts';

/** What a query gave: every value as Athena's text. */
export interface Result {
  columns: readonly string[];
  types: readonly string[];
  rows: readonly (readonly (string | null)[])[];
}

type Row = Result['rows'][number];

/** What differs, in a sentence, and row by row. */
export interface Comparison {
  says: string;
  differences: readonly Difference[];
}

/**
 * Compares rows with the expected ones: in their order if the query says one, else as a set in which a row may stand
 * several times. All columns of the query have to be named. Undefined if all is as expected.
 */
export const compareRows = (
  { rows: expected, ordered }: Pick<Expectation, 'rows' | 'ordered'>,
  result: Result,
): Comparison | undefined => {
  const says = columnFlaw(expected, result);
  if (says !== undefined) return { says, differences: [] };
  const isSame = (row: ExpectedRow, got: Row): boolean => differing(row, got, result).length === 0;
  const alone = withoutPartner(expected, result.rows, isSame);
  const left = ordered ? withoutEnds(expected, result.rows, isSame) : alone;
  if (left.expected.length + left.got.length === 0) return undefined;
  const isOrderOnly = alone.expected.length + alone.got.length === 0;
  return {
    says: isOrderOnly ? 'the rows are right, but their order is not' : 'the rows are not the expected ones',
    differences: isOrderOnly ? inOrder(left, result) : bySimilarity(left, result),
  };
};

const columnFlaw = (expected: readonly ExpectedRow[], { columns }: Result): string | undefined => {
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined)
    return `two columns of the query are called "${twice}". Name one of them otherwise: … AS name`;
  const at = expected.findIndex((row) => !hasNames(row, columns));
  if (at < 0) return undefined;
  const names = Object.keys(expected[at] ?? {});
  const missing = columns.filter((name) => !names.includes(name));
  const surplus = names.filter((name) => !columns.includes(name));
  return [
    `row ${at + 1} must name all columns of the query, and only those: ${columns.join(', ')}.`,
    ...(missing.length > 0 ? [`It lacks ${missing.join(', ')}.`] : []),
    ...(surplus.length > 0 ? [`The query has no ${surplus.join(', ')}.`] : []),
  ].join(' ');
};

const hasNames = (row: ExpectedRow, columns: readonly string[]): boolean =>
  Object.keys(row).length === columns.length && columns.every((name) => Object.hasOwn(row, name));

/** The columns whose values are not the expected ones, by their place. */
const differing = (row: ExpectedRow, got: Row, { columns, types }: Result): number[] =>
  columns.flatMap((name, at) => (isExpected(types[at] ?? '', got[at] ?? null, row[name]) ? [] : [at]));

interface Left {
  expected: readonly ExpectedRow[];
  got: readonly Row[];
}

type Same = (row: ExpectedRow, got: Row) => boolean;

const withoutPartner = (expected: readonly ExpectedRow[], rows: readonly Row[], isSame: Same): Left => {
  const got = [...rows];
  const alone = expected.filter((row) => {
    const at = got.findIndex((one) => isSame(row, one));
    if (at >= 0) got.splice(at, 1);
    return at < 0;
  });
  return { expected: alone, got };
};

/** What is left between the rows that are alike at the beginning and at the end. */
const withoutEnds = (expected: readonly ExpectedRow[], got: readonly Row[], isSame: Same): Left => {
  const most = Math.min(expected.length, got.length);
  const alike = (from: (at: number, length: number) => number, room: number): number => {
    let n = 0;
    while (n < room && isSame(expected[from(n, expected.length)] ?? {}, got[from(n, got.length)] ?? []))
      n += 1;
    return n;
  };
  const first = alike((at) => at, most);
  const last = alike((at, length) => length - 1 - at, most - first);
  const between = <One>(rows: readonly One[]): One[] => rows.slice(first, rows.length - last);
  return { expected: between(expected), got: between(got) };
};

const inOrder = ({ expected, got }: Left, result: Result): Difference[] =>
  Array.from({ length: Math.max(expected.length, got.length) }, (_, at) =>
    differenceOf(expected[at], got[at], result),
  );

/** Rows that have the most in common are shown beside each other. */
const bySimilarity = ({ expected, got }: Left, result: Result): Difference[] => {
  const rest = [...got];
  const pairs = expected.map((row) => {
    const [near] = rest
      .map((one) => ({ one, flaws: differing(row, one, result).length }))
      .sort((a, b) => a.flaws - b.flaws);
    if (near === undefined || (near.flaws === result.columns.length && result.columns.length > 1))
      return differenceOf(row, undefined, result);
    rest.splice(rest.indexOf(near.one), 1);
    return differenceOf(row, near.one, result);
  });
  const others = rest.map((one) => differenceOf(undefined, one, result));
  // In an ordered comparison equal rows may only be in another place: not shown while values differ.
  return [...pairs.filter(({ expected, got, values }) => !expected || !got || values.length > 0), ...others];
};

const differenceOf = (
  expected: ExpectedRow | undefined,
  got: Row | undefined,
  result: Result,
): Difference => ({
  ...(expected === undefined ? {} : { expected: inOrderOf(result.columns, expected) }),
  ...(got === undefined ? {} : { got: rowOf(got, result) }),
  values: expected === undefined || got === undefined ? [] : sentences(expected, got, result),
});

const inOrderOf = (columns: readonly string[], row: ExpectedRow): ExpectedRow =>
  Object.fromEntries(columns.map((name) => [name, row[name]]));

const rowOf = (row: Row, { columns, types }: Result): Record<string, unknown> =>
  Object.fromEntries(columns.map((name, at) => [name, jsonValue(types[at] ?? '', row[at] ?? null)]));

const sentences = (expected: ExpectedRow, got: Row, result: Result): string[] =>
  differing(expected, got, result).map((at) => {
    const [name = '', type = '', value = null] = [result.columns[at], result.types[at], got[at]];
    const [wanted, found] = [expected[name], jsonValue(type, value)].map((one) => JSON.stringify(one));
    return `${name}: expected ${wanted}, got ${found}${kindHint(type, value, expected[name])}`;
  });
