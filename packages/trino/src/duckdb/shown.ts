import type { Translated } from '../translate/translator.ts';
import { shownValue } from '../translate/zones.ts';

/** The query's SQL for a client's eyes: times of other zones than UTC stand as their own clocks show them. */
export const shownSql = ({ sql, columns }: Pick<Translated, 'sql' | 'columns'>): string => {
  const list = columns.map(({ type }, i) => shownValue({ sql: `c${i}`, type }));
  if (columns.every(({ type }) => type.zone === undefined || type.zone === 'UTC')) return sql;
  return `SELECT ${list.join(', ')} FROM (${sql}) AS shown`;
};
