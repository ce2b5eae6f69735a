import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { createAthena, type QueryLimits } from '../athena/service.ts';
import type { JsonObject, LocalObject, LocalObjects } from '../contracts.ts';
import { openGlue } from '../glue/service.ts';
import { realTimer } from '../timer.ts';

/** S3 as a folder: files under names that say nothing of their keys, as the emulator keeps them. */
class FolderObjects implements LocalObjects {
  readonly folder = mkdtempSync(join(tmpdir(), 'emulator-athena-test-'));
  readonly #all = new Map<string, LocalObject & { bucket: string }>();

  list(bucket: string, prefix: string): LocalObject[] {
    const found = [...this.#all.values()].filter((o) => o.bucket === bucket && o.key.startsWith(prefix));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get(bucket: string, key: string): LocalObject | undefined {
    return this.#all.get(`${bucket}/${key}`);
  }

  put(bucket: string, key: string, body: Uint8Array): void {
    const path = join(this.folder, `${randomUUID()}.data`);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(path, body);
    const etag = createHash('md5').update(body).digest('hex');
    this.#all.set(`${bucket}/${key}`, {
      bucket,
      key,
      path,
      etag,
      bytes: body.length,
      lastModified: new Date(0),
    });
  }

  async putFile(bucket: string, key: string, path: string): Promise<void> {
    this.put(bucket, key, readFileSync(path));
  }

  remove(bucket: string, key: string): void {
    this.#all.delete(`${bucket}/${key}`);
  }
}

const asker = { accessKeyId: 'test' };
export const NOW = Date.parse('2026-11-22T10:30:00Z');

type Cells = (string | undefined)[][];

/**
 * Athena with the emulator's own Glue, over a folder. `afterGlue` runs when Glue has answered Athena: what it changes, the
 * next call of the same query sees.
 */
export const athenaEmulator = async (
  limits: QueryLimits = {},
  afterGlue: (action: string) => Promise<void> = async () => {},
) => {
  const store = new DatabaseSync(':memory:');
  const objects = new FolderObjects();
  const timer = { ...realTimer, now: () => NOW };
  const glue = openGlue({ db: store, objects, timer });
  const watched: typeof glue = {
    ...glue,
    call: async (action, input, caller) => {
      const answer = await glue.call(action, input, caller);
      await afterGlue(action);
      return answer;
    },
  };
  const athena = createAthena({ store, glue: watched, objects, timer, folder: objects.folder, limits });
  await glue.call('CreateDatabase', { DatabaseInput: { Name: 'lake' } }, asker);
  athena.createWorkGroup({
    Name: 'test',
    Configuration: { ResultConfiguration: { OutputLocation: 's3://results/athena/' } },
  });

  const call = (action: string, input: JsonObject) => athena.call(action, input, asker);
  const finished = async (id: string): Promise<JsonObject> => {
    for (;;) {
      const { QueryExecution } = await call('GetQueryExecution', { QueryExecutionId: id });
      const shown = QueryExecution as JsonObject;
      const state = (shown.Status as JsonObject).State;
      if (state !== 'QUEUED' && state !== 'RUNNING') return shown;
      // The engine is another process: asking without a pause would take a core from it.
      await sleep(1);
    }
  };
  const start = async (sql: string, more: JsonObject = {}): Promise<string> => {
    const started = await call('StartQueryExecution', {
      QueryString: sql,
      WorkGroup: 'test',
      QueryExecutionContext: { Database: 'lake' },
      ...more,
    });
    return String(started.QueryExecutionId);
  };
  const run = async (sql: string, more: JsonObject = {}) => finished(await start(sql, more));
  const reason = async (sql: string, more: JsonObject = {}): Promise<string> => {
    const { Status } = await run(sql, more);
    const { State, StateChangeReason } = Status as JsonObject;
    return `${State} ${StateChangeReason ?? ''}`;
  };
  const rows = async (sql: string, more: JsonObject = {}): Promise<Cells> => {
    const shown = await run(sql, more);
    const { State, StateChangeReason } = shown.Status as JsonObject;
    if (State !== 'SUCCEEDED') throw new Error(`${State}: ${StateChangeReason}`);
    const { ResultSet } = await call('GetQueryResults', {
      QueryExecutionId: shown.QueryExecutionId ?? '',
    });
    const { Rows } = ResultSet as { Rows: { Data: { VarCharValue?: string }[] }[] };
    return Rows.map(({ Data }) => Data.map((cell) => cell.VarCharValue));
  };
  const parquet = async (key: string, select: string): Promise<void> => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const path = join(objects.folder, `${randomUUID()}.parquet`);
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
    instance.closeSync();
    objects.put('lake', key, readFileSync(path));
  };
  const close = async (): Promise<void> => {
    await athena.close();
    await glue.close();
    rmSync(objects.folder, { recursive: true, force: true });
  };
  return {
    athena,
    glue: (action: string, input: JsonObject) => glue.call(action, input, asker),
    objects,
    call,
    start,
    run,
    finished,
    rows,
    reason,
    parquet,
    close,
  };
};

export type AthenaEmulator = Awaited<ReturnType<typeof athenaEmulator>>;

const descriptor = (library: string, location: string, columns: Record<string, string>) => ({
  Columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })),
  Location: location,
  InputFormat: '',
  OutputFormat: '',
  SerdeInfo: { SerializationLibrary: library, Parameters: {} },
});

export const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';
export const JSON_SERDE = 'org.openx.data.jsonserde.JsonSerDe';

/** A table of Glue's as the template declares it. */
export const createTable = (
  stage: AthenaEmulator,
  name: string,
  library: string,
  location: string,
  columns: Record<string, string>,
  keys: Record<string, string> = {},
  Parameters: Record<string, string> = {},
) =>
  stage.glue('CreateTable', {
    DatabaseName: 'lake',
    TableInput: {
      Name: name,
      TableType: 'EXTERNAL_TABLE',
      Parameters,
      PartitionKeys: Object.entries(keys).map(([Name, Type]) => ({ Name, Type })),
      StorageDescriptor: descriptor(library, location, columns),
    },
  });

export const addPartition = (
  stage: AthenaEmulator,
  table: string,
  library: string,
  values: string[],
  location: string,
  columns: Record<string, string>,
) =>
  stage.glue('CreatePartition', {
    DatabaseName: 'lake',
    TableName: table,
    PartitionInput: { Values: values, StorageDescriptor: descriptor(library, location, columns) },
  });
