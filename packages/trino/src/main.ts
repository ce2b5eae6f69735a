export { columnParts } from './translate/calls.ts';
export { wallClock } from './translate/casts.ts';
export { createEngine } from './duckdb/engine.ts';
export { trinoMessage } from './duckdb/failure.ts';
export { parseQuery, parseStatement, positionOf, sourceText, T } from './grammar/grammar.ts';
export { hiveType, toHiveType } from './types/hiveTypes.ts';
export { nameOf, unquote } from './translate/literals.ts';
export { PATH_COLUMN, type Scan, type Statement, type TableColumn, type TableDefinition } from './translate/scope.ts';
export type { SelectedColumn } from './translate/select.ts';
export { tableNames } from './tableNames.ts';
export { type Translated, translateStatement } from './translate/translator.ts';
export { notEmulated, TrinoError } from './trinoError.ts';
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
export { athenaText } from './duckdb/values.ts';
