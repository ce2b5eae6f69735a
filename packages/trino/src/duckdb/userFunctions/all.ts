import type { UserFunction } from './function.ts';
import { json } from './json.ts';
import { numbers } from './numbers.ts';
import { strings } from './strings.ts';
import { urls } from './urls.ts';

/** Trino's functions that SQL cannot say: DuckDB calls them back, a row at a time. What SQL can say is in macros.ts. */
export const userFunctions: readonly UserFunction[] = [...json, ...numbers, ...strings, ...urls];
