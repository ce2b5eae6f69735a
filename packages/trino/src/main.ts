export { columnParts } from './calls.ts';
export { wallClock } from './casts.ts';
export { createEngine } from './engine.ts';
export { trinoMessage } from './failure.ts';
export { parseQuery, parseStatement, positionOf, sourceText, T } from './grammar.ts';
export { hiveType, toHiveType } from './hiveTypes.ts';
export { nameOf, unquote } from './literals.ts';
export { PATH_COLUMN, type Scan, type Statement, type TableColumn, type TableDefinition } from './scope.ts';
export type { SelectedColumn } from './select.ts';
export { tableNames } from './tableNames.ts';
export { type Translated, translateStatement } from './translator.ts';
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
} from './types.ts';
export { athenaText } from './values.ts';
