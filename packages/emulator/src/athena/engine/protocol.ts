import type { TrinoType } from 'headrace-trino';
import type { EngineOptions } from 'headrace-trino/engine';
import type { LazySimpleOptions } from './lazySimple.ts';
import type { OpenCsvOptions } from './openCsv.ts';

/** What DuckDB answers to a look-up, as it crosses between the processes. */
export type Cell = null | boolean | number | bigint | string;

/** What the engine's process is started with. */
export interface EngineSetup extends EngineOptions {
  /** the process ends itself beyond this */
  memoryBytes: number;
  /** the query ends beyond this: what it spills and writes, together */
  diskBytes: number;
  /** its files go here, and nothing else does */
  scratch: string;
}

export interface ResultFile {
  path: string;
  columns: readonly { name: string; type: TrinoType }[];
}

export interface TextFile {
  path: string;
  compression: 'gzip' | 'zstd' | 'uncompressed';
}

export type TextSerde =
  | ({ kind: 'csv'; nullForInvalid: boolean } & OpenCsvOptions)
  | ({ kind: 'lazy' } & LazySimpleOptions);

export interface TextTable {
  files: readonly TextFile[];
  serde: TextSerde;
  /** all of the table, in order; only the used ones are written */
  columns: readonly { type: TrinoType; used: boolean }[];
  /** lines at the beginning of each file that are no rows */
  skip: number;
  target: string;
}

/** One at a time: the next request is sent after the answer. */
export type EngineRequest =
  | { kind: 'rows'; sql: string }
  /** the rows into a file, as Athena writes results */
  | { kind: 'result'; sql: string; file: ResultFile }
  /** text files as their SerDe reads them, as a file that DuckDB reads */
  | { kind: 'text'; table: TextTable }
  /** forgets what the query has made */
  | { kind: 'reset' };

export type EngineAnswer =
  | { kind: 'ready' }
  | { kind: 'rows'; rows: Cell[][] }
  | { kind: 'failed'; message: string }
  /** the last word of a process that ends itself */
  | { kind: 'exceededDisk' };
