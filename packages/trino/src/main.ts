/**
 * Trino's SQL on DuckDB. A query of Trino's goes in, with the tables it may name; SQL of DuckDB comes out, with the
 * columns' names and Trino types. What cannot be translated right is refused by name.
 *
 *     const { sql, columns, scans } = translateStatement(parseQuery(text), { table, database, now });
 *     const engine = await createEngine({ folders: [folder] });
 *     // bind each of `scans` to a view, then run `sql`
 *
 * README.md has an example that runs.
 */

// Run
export { createEngine } from './duckdb/engine.ts';
export { trinoMessage } from './duckdb/failure.ts';
export { shownSql } from './duckdb/shown.ts';
export { valueText } from './duckdb/values.ts';
// Parse. `T` has the classes of the parse tree: for callers that run CREATE, INSERT and their kin by themselves
export { parseQuery, parseStatement, positionOf, sourceText, T } from './grammar/grammar.ts';
export { nameOf, nameParts, tableNames, unquote } from './grammar/names.ts';
// Translate
export {
  PATH_COLUMN,
  type Scan,
  type SelectedColumn,
  type Statement,
  type TableColumn,
  type TableDefinition,
} from './translate/scope.ts';
export { type Translated, translateStatement } from './translate/translator.ts';
export { notSupported, TrinoError } from './trinoError.ts';

// Types: Trino's, as a Hive metastore writes them, and as DuckDB holds them
export { hiveType, toHiveType } from './types/hiveTypes.ts';
export {
  BIGINT,
  commonType,
  duckType,
  isInteger,
  isInterval,
  quoted,
  type TrinoType,
  typeText,
  VARCHAR,
} from './types/types.ts';
