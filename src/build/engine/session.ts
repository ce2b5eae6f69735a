import { DuckDBInstance } from '@duckdb/node-api';
import * as z from '../../schema.ts';

/** A DuckDB of its own, in memory. */
export interface Session {
  run(sql: string): Promise<void>;
  rows<Schema extends z.ZodMiniType>(sql: string, row: Schema): Promise<z.infer<Schema>[]>;
  close(): void;
}

/** A count as DuckDB's JSON rows say it: 64-bit integers are text there. */
export const count = z.coerce.number().check(z.int());

export interface SessionOptions {
  /** all it may read and write is in here */
  folder: string;
  /** where it puts what has no room in memory: in there, and nobody else's */
  spill: string;
  /** of the function */
  memoryMb: number;
  /** of the hour that is built */
  parts: number;
  /** default: one a core */
  threads?: number;
}

/**
 * DuckDB counts its buffers, not all it allocates (JSON documents, strings in flight), and Node lives here too: more
 * than this share of the function's memory ends in a kill without a message. Of an hour in parts it is less, for what
 * is not counted grows over hundreds of statements: 36 million lines took 0.24 of the function's memory beside a limit
 * of 0.6.
 */
const memoryShare = (parts: number): number => (parts === 1 ? 0.6 : 0.5);

export const openSession = async ({
  folder,
  spill,
  memoryMb,
  parts,
  threads,
}: SessionOptions): Promise<Session> => {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.round(memoryMb * memoryShare(parts))}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  // What an event says never reaches a statement; should that ever fail, there is no more to read than what is built in
  // this process: a session of small hours may read the folder above all builds.
  await connection.run(`SET allowed_directories = ['${folder.replaceAll("'", "''")}/']`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async rows(sql, row) {
      const reader = await connection.runAndReadAll(sql);
      return z.array(row).parse(reader.getRowObjectsJson());
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
