import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GlueClient } from '@aws-sdk/client-glue';
import { DuckDBInstance } from '@duckdb/node-api';
import type { JsonService } from 'headrace-emulator';
import { startEndpoint } from 'headrace-emulator/services';
import { type AthenaEmulator, athenaEmulator, createTable, PARQUET } from 'headrace-emulator/testing';
import { GlueCatalog } from '../../../src/aws/catalog.ts';
import { publishBuild } from '../../../src/etl/publishing.ts';
import { sweepReplaced } from '../../../src/etl/sweeping.ts';
import type { ObjectStore } from '../../../src/ports/lake.ts';
import { createFakeLedger } from '../../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../../helpers/fakes.ts';

/** Hours whose builds are swapped, over and over, while others query them: real catalog adapter, local Glue and Athena. */

export const HOURS = ['04', '05', '06'];
const DAY = '2026-11-01';
const SWAP_TAKES_MS = 60_000;
const COUNTS = { raw: 0, curated: 0, duplicates: 0, rejected: 0 };

/** Rows of a version: each has more than the one before, as late events add to an hour. */
export const rowsOf = (version: number): number => 100 + version;

const notHere = () => {
  throw new Error('only Glue is here');
};

/** The stage's Glue behind HTTP, and the adapter that the functions use. */
const glueOverHttp = async (stage: AthenaEmulator) => {
  const service: JsonService = {
    name: 'glue',
    targetPrefix: 'AWSGlue',
    jsonVersion: '1.1',
    call: (action, input) => stage.glue(action, input),
  };
  const endpoint = await startEndpoint({
    port: 0,
    json: [service],
    s3: notHere,
    dynamodb: notHere,
    messaging: notHere,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new GlueClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
  const close = async (): Promise<void> => {
    client.destroy();
    await endpoint.close();
  };
  return { catalog: new GlueCatalog(client, 'lake'), close };
};

/** Parquet files of builds, two to each, so that half a build can be told from a whole one. */
const builder = async (stage: AthenaEmulator) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  let files = 0;
  return {
    async build(folder: string, version: number): Promise<void> {
      const rows = rowsOf(version);
      const half = Math.floor(rows / 2);
      for (const [name, from, to] of [
        ['a', 0, half],
        ['b', half, rows],
      ] as const) {
        files += 1;
        const path = join(stage.objects.folder, `built-${files}.parquet`);
        const select = `SELECT 'id-' || i AS id, ${version}::BIGINT AS version FROM range(${from}, ${to}) t(i)`;
        await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
        stage.objects.put('lake', `${folder}${name}.parquet`, readFileSync(path));
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
};

/** What sweeping asks of the store, over the stage's objects. */
const storeOf = (stage: AthenaEmulator): ObjectStore => ({
  ...createFakeStore(),
  list: async (prefix) => stage.objects.list('lake', prefix),
  async listFolders(prefix) {
    const keys = stage.objects.list('lake', prefix).map(({ key }) => key);
    return [...new Set(keys.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)))];
  },
  async remove(keys) {
    for (const key of keys) stage.objects.remove('lake', key);
  },
});

export const swapsDependencies = async () => {
  const stage = await athenaEmulator();
  const glue = await glueOverHttp(stage);
  const parquet = await builder(stage);
  const clock = fixedClock();
  const ledger = createFakeLedger({ now: clock.now });
  const store = storeOf(stage);
  const columns = { id: 'string', version: 'bigint' };
  await createTable(stage, 'events', PARQUET, 's3://lake/events/', columns, { dt: 'string', hr: 'string' });
  let removed = 0;
  return {
    stage,
    clock,
    removed: () => removed,
    /** Builds a version of an hour and publishes it as the state machine does. */
    async swap(hr: string, version: number): Promise<void> {
      const partition = `${DAY}T${hr}`;
      const folder = `events/dt=${DAY}/hr=${hr}/build=${version}/`;
      const execution = `run-${version}`;
      ledger.partitionStates.land(partition);
      const { landings } = await ledger.partitionStates.lock(
        partition,
        execution,
        clock.now(),
        SWAP_TAKES_MS,
      );
      await parquet.build(folder, version);
      await publishBuild(
        { store, catalog: glue.catalog, ...ledger, clock },
        {
          execution,
          partition,
          build: String(version),
          location: `s3://lake/${folder}`,
          landings,
          skipped: false,
          digest: String(version),
          counts: COUNTS,
          rawBytes: 0,
          parquetBytes: 0,
          engine: 'test',
          builtAt: clock.now().toISOString(),
          buildMs: 0,
        },
      );
      clock.advance(SWAP_TAKES_MS);
    },
    async sweep(): Promise<void> {
      removed += (await sweepReplaced({ store, ...ledger, catalog: glue.catalog, clock, marts: [] })).removed;
    },
    async close(): Promise<void> {
      parquet.close();
      await glue.close();
      await stage.close();
    },
  };
};
