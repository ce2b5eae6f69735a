import type { LocalObjects } from '../contracts.ts';
import type { QueryConnection } from './engine/engineProcess.ts';
import type { GlueCatalog } from './glueShapes.ts';
import type { S3Place } from './location.ts';
import type { ResultColumn, Row } from './resultSet.ts';

/** What one query runs with. */
export interface Session {
  id: string;
  connection: QueryConnection;
  catalog: GlueCatalog;
  objects: LocalObjects;
  /** The folder that DuckDB may write to; it goes after the query. */
  scratch(): string;
  database: string;
  now: Date;
  parameters: readonly string[];
  /** where results and tables without a location of their own go */
  output: S3Place;
  /** Notes the files that the query reads: errors name their URIs, not where they lie on this machine. */
  reads(files: readonly { path: string; uri: string }[]): void;
  /** Counts what the query is about to read. Throws beyond the workgroup's limit, and when the query was stopped. */
  scanned(bytes: number): void;
  prepared: {
    get(name: string): string | undefined;
    set(name: string, sql: string): void;
    drop(name: string): void;
  };
}

export type StatementType = 'DML' | 'DDL' | 'UTILITY';

/** What a statement left behind. */
export interface Outcome {
  columns: readonly ResultColumn[];
  /** the few of a statement about the catalog; those of a query are in `file` */
  rows: readonly Row[];
  /** the result as Athena writes it, header included */
  file?: string;
  /** SELECT-like results have a header row and a CSV; others are lines of text */
  tabular: boolean;
  updateCount?: number;
  /** data files written, for the manifest */
  files?: readonly string[];
}

export const NOTHING: Outcome = { columns: [], rows: [], tabular: false };

/** A statement that has been read: what it is, and how it runs. */
export interface Statement {
  type: StatementType;
  /** SubstatementType of GetQueryExecution */
  kind: string;
  run(session: Session): Promise<Outcome>;
}
