import type { TableShown } from '../../client/tableMetadata.ts';

/** Words that begin or join the parts of a query; what a person would type out in full. */
const KEYWORDS = [
  'SELECT', 'FROM', 'WHERE', 'GROUP BY', 'ORDER BY', 'HAVING', 'LIMIT', 'JOIN', 'LEFT JOIN', 'CROSS JOIN UNNEST',
  'WITH', 'AS', 'AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'LIKE', 'IS NULL', 'IS NOT NULL', 'CASE WHEN', 'THEN', 'ELSE',
  'END', 'DISTINCT', 'UNION ALL', 'count(*)', 'SHOW TABLES', 'DESCRIBE',
]; // biome-ignore format: a list of words reads better in lines

/** Of the prompt, beside SQL. */
export const COMMANDS = ['tables', 'describe', 'history', 'help', 'exit'];

const AFTER_TABLE = /\b(?:from|join|describe|table)\s+\w*$/i;

/**
 * What the word before the cursor can become, as Node's readline wants it. After FROM, JOIN and `describe` tables only;
 * elsewhere the columns of the tables that the line names, or of all as long as it names none.
 */
export const completerFor =
  (tables: readonly TableShown[]) =>
  (line: string): [string[], string] => {
    const word = /[\w.]*$/.exec(line)?.[0] ?? '';
    const starts = (text: string): boolean => text.toLowerCase().startsWith(word.toLowerCase());
    const names = tables.map(({ name }) => name);
    if (AFTER_TABLE.test(line)) return [names.filter(starts), word];
    const mentioned = tables.filter(({ name }) => new RegExp(`\\b${name}\\b`, 'i').test(line));
    const columns = (mentioned.length > 0 ? mentioned : tables).flatMap((table) =>
      table.columns.map(({ name }) => name),
    );
    const commands = line === word ? COMMANDS : [];
    const found = [...commands, ...KEYWORDS, ...names, ...columns].filter(starts);
    return [word === '' ? [] : [...new Set(found)], word];
  };
