import type { TrinoType } from 'headrace-trino';
import type { EngineOptions } from 'headrace-trino/engine';

/** What DuckDB answers to a look-up, as it crosses between the processes. */
export type Cell = null | boolean | number | bigint | string;

/** What the engine's process is started with. */
export interface EngineSetup extends EngineOptions {
  folders: string[];
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

/** One at a time: the next request is sent after the answer. */
export type EngineRequest =
  | { kind: 'rows'; sql: string }
  /** the rows into a file, as Athena writes results */
  | { kind: 'result'; sql: string; file: ResultFile }
  /** forgets what the query has made */
  | { kind: 'reset' };

export type EngineAnswer =
  | { kind: 'ready' }
  | { kind: 'rows'; rows: Cell[][] }
  | { kind: 'failed'; message: string }
  /** the last word of a process that ends itself */
  | { kind: 'exceeded'; what: 'disk' };
