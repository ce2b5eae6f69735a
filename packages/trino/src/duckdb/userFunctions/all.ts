import { decimals } from './decimals.ts';
import { formats } from './format.ts';
import type { UserFunction } from './function.ts';
import { json } from './json.ts';
import { numbers } from './numbers.ts';
import { regexps } from './regexps.ts';
import { sqlJson } from './sqlJson.ts';
import { strings } from './strings.ts';
import { times } from './times.ts';
import { urls } from './urls.ts';

/** Trino's functions that SQL cannot say: DuckDB calls them back, a row at a time. What SQL can say is in macros/. */
export const userFunctions: readonly UserFunction[] = [
  ...decimals,
  ...formats,
  ...json,
  ...numbers,
  ...regexps,
  ...sqlJson,
  ...strings,
  ...times,
  ...urls,
];
