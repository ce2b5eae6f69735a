import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { openLedger } from '../../../client/ledger.ts';
import { mapAtMost } from '../../../src/atMost.ts';
import { planRun } from '../../../src/etl/planning.ts';
import { type PublishInput, publishBuild } from '../../../src/etl/publishing.ts';
import { buildFolder } from '../../../src/lake/layout.ts';
import type { Catalog } from '../../../src/ports/catalog.ts';
import type { ObjectStore } from '../../../src/ports/lake.ts';
import type { Prepare } from '../../harness/sample.ts';

const growthOptions = z.object({ endpoint: z.string(), table: z.string(), partitions: z.number() });

/** As many partitions as the state machine builds at once. */
const AT_ONCE = 10;

const LEASE_MS = 900_000;
const clock = { now: () => new Date() };

const hourAt = (at: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + at * 3_600_000).toISOString().slice(0, 13);

const catalogInMemory = (): Pick<Catalog, 'pointPartition'> => {
  const locations = new Map<string, string>();
  return {
    async pointPartition(table, values, location) {
      const key = [table, ...values].join('/');
      const before = locations.get(key);
      locations.set(key, location);
      if (before === undefined) return 'created';
      return before === location ? 'unchanged' : 'moved';
    },
  };
};

const built = (partition: string, landings: number): PublishInput => ({
  execution: 'bench',
  partition,
  build: 'b1',
  location: `s3://lake/${buildFolder(partition, 'b1')}`,
  landings,
  skipped: false,
  digest: 'd',
  counts: { raw: 1_000, curated: 990, duplicates: 10, rejected: 0 },
  rawBytes: 1,
  parquetBytes: 1,
  engine: 'bench',
  builtAt: '2026-11-01T12:00:00.000Z',
  buildMs: 1,
});

const refuse = async (): Promise<never> => {
  throw new Error('Planning and publishing of stale partitions do not ask for this.');
};

/** The steps Plan and Publish, with the real ledger, run after run until nothing is stale. One run a process. */
export const prepare: Prepare = async (given) => {
  const { endpoint, table, partitions } = growthOptions.parse(given);
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const ledger = openLedger(client, table, clock);
  const hours = Array.from({ length: partitions }, (_, at) => hourAt(at));
  await mapAtMost(AT_ONCE, hours, (hour) => ledger.partitionStates.markStale(hour, clock.now()));
  const point = catalogInMemory();
  const catalog: Catalog = {
    ...point,
    partitionLocation: refuse,
    partitionLocations: refuse,
    dropPartition: refuse,
  };
  const store: ObjectStore = {
    // Nothing in quarantine, and no build but the one that is published.
    list: async () => [],
    listFolders: async (prefix) => [`${prefix}build=b1/`],
    read: refuse,
    put: refuse,
    putFile: refuse,
    copy: refuse,
    metadata: refuse,
    remove: refuse,
    uri: (key) => key,
  };
  return async () => {
    const done = { planned: 0, runs: 0 };
    for (;;) {
      const plan = await planRun('bench', {}, [], { store, ...ledger, clock });
      done.runs += 1;
      if (plan.partitions.length === 0) return done;
      await mapAtMost(AT_ONCE, plan.partitions, async ({ partition }) => {
        const { landings } = await ledger.partitionStates.lock(partition, 'bench', clock.now(), LEASE_MS);
        await publishBuild({ store, catalog, ...ledger, clock }, built(partition, landings));
      });
      done.planned += plan.partitions.length;
    }
  };
};
