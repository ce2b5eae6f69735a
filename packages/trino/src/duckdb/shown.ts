import { wallClock } from '../translate/casts.ts';
import type { Translated } from '../translate/translator.ts';

/** The query's SQL for a client's eyes: times of other zones than UTC stand as their own clocks show them. */
export const shownSql = ({ sql, columns }: Pick<Translated, 'sql' | 'columns'>): string => {
  if (columns.every(({ type }) => type.zone === undefined || type.zone === 'UTC')) return sql;
  const list = columns.map(({ type }, i) => (type.zone ? wallClock({ sql: `c${i}`, type }) : `c${i}`));
  return `SELECT ${list.join(', ')} FROM (${sql}) AS shown`;
};
