import { type parseQuery, sourceText } from 'headrace-trino';
import { itemsOf } from './comments.ts';

/** `count(DISTINCT x)` */
const DISTINCT = /^(?:cast\s*\(\s*)?count\s*\(\s*distinct\b/i;

/** `sum(x)`, `count(*)`, `count(x)`, `count_if(x)`, also inside of a cast; never of different values. */
const ADDITIVE = /^(?:cast\s*\(\s*)?(?:count_if\s*\(|(?:sum|count)\s*\(\s*(?!distinct\b))/i;

type Query = ReturnType<typeof parseQuery>;
type Columns = readonly { name: string }[];

const columnsLike = (pattern: RegExp, query: Query, columns: Columns): string[] => {
  const items = itemsOf(query);
  // A star makes of one item several columns.
  if (items.length !== columns.length) return [];
  return columns.flatMap(({ name }, at) => {
    const item = items[at];
    if (item === undefined) return [];
    const text = sourceText(item);
    return pattern.test(text) && !/\bover\s*\(/i.test(text) ? [name] : [];
  });
};

/** The columns of a query whose rows may be added up: counts and sums of groups. */
export const additiveColumns = (query: Query, columns: Columns): string[] =>
  columnsLike(ADDITIVE, query, columns);

/** Those that may not, because they count different values: a visitor of two days is one visitor. */
export const distinctColumns = (query: Query, columns: Columns): string[] =>
  columnsLike(DISTINCT, query, columns);
