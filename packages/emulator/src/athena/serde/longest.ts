/** Of a row as text: far beyond any. DuckDB takes memory for two of them. */
export const LONGEST_LINE = 2 ** 24;
