/** A text in DuckDB's SQL. */
export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The paths of files, as DuckDB's readers take them. */
export const pathList = (files: readonly { path: string }[]): string =>
  `[${files.map(({ path }) => literal(path)).join(', ')}]`;
