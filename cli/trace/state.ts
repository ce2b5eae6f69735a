import { text as streamText } from 'node:stream/consumers';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { StageAccess } from '../../client/access.ts';
import type { Lakehouse } from '../../client/lakehouse.ts';
import { mapAtMost } from '../../src/atMost.ts';
import { executionOf, readRecord } from '../../src/build/record.ts';
import { martNames } from '../../src/etl/queries.ts';
import { buildFolder, buildOfKey, executionOfKey, reportKey } from '../../src/lake/layout.ts';
import { type Partition, partitionValues } from '../../src/lake/partition.ts';
import type { ObjectStore } from '../../src/ports/lake.ts';
import type { CommittedBuild, LedgerEntry } from '../../src/ports/ledger.ts';

/** What readers see of an hour: its published build, as its file and its run's report tell. */
interface PublishedBuild {
  build: string;
  /** undefined of a file written before the name was noted with it */
  execution: string | undefined;
  record: CommittedBuild | undefined;
  /** of the execution: undefined while it goes on */
  report: { status: string; finishedAt: string } | undefined;
}

export interface HourState {
  partition: Partition;
  /** undefined when the ledger knows nothing of the hour */
  entry: LedgerEntry | undefined;
  /** the execution that builds it now, and until when it may */
  lock: { execution: string; until: string } | undefined;
  published: PublishedBuild | undefined;
}

export interface DayState {
  day: string;
  /** its checks and marts have not run since an hour of it was published */
  pending: boolean;
  marts: { name: string; execution: string }[];
}

/** More days than any stage should ever have waiting. */
const MAX_PENDING = 1_000;
const PARALLEL = 8;

const lockItem = z.object({
  lock_owner: z.object({ S: z.string() }),
  lock_until: z.object({ N: z.string() }),
});

/** The item's own attributes: the port gives a lock to who takes it, and has no need to tell whose it is. */
const lockOf = async (access: StageAccess, partition: Partition, now: Date): Promise<HourState['lock']> => {
  const { Item } = await access.dynamodb.send(
    new GetItemCommand({
      TableName: access.ledgerTable,
      Key: { pk: { S: partition } },
      ConsistentRead: true,
    }),
  );
  const held = lockItem.safeParse(Item).data;
  const until = Number(held?.lock_until.N ?? 0);
  if (held === undefined || until <= now.getTime()) return undefined;
  return { execution: held.lock_owner.S, until: new Date(until).toISOString() };
};

const storedReport = z.object({ status: z.string(), finishedAt: z.string() });

const reportOf = async (store: ObjectStore, execution: string): Promise<PublishedBuild['report']> => {
  const key = reportKey(execution);
  const there = (await store.list(key)).some((object) => object.key === key);
  return there ? storedReport.safeParse(JSON.parse(await streamText(await store.read(key)))).data : undefined;
};

const publishedOf = async (
  { store, catalog }: Lakehouse,
  partition: Partition,
): Promise<PublishedBuild | undefined> => {
  const location = await catalog.partitionLocation('events', partitionValues(partition));
  const build = buildOfKey(location ?? '');
  if (build === undefined) return undefined;
  const files = await store.list(buildFolder(partition, build));
  const file = files.find(({ key }) => key.endsWith('.parquet'));
  const metadata = file === undefined ? {} : await store.metadata(file.key);
  const execution = executionOf(metadata);
  return {
    build,
    execution,
    record: readRecord(metadata)?.committed,
    report: execution === undefined ? undefined : await reportOf(store, execution),
  };
};

export const hourState = async (
  access: StageAccess,
  lakehouse: Lakehouse,
  partition: Partition,
): Promise<HourState> => {
  const [entry, lock, published] = await Promise.all([
    lakehouse.partitionStates.entry(partition),
    lockOf(access, partition, lakehouse.clock.now()),
    publishedOf(lakehouse, partition),
  ]);
  return { partition, entry, lock, published };
};

export const dayStates = async (
  { pendingDays, catalog }: Lakehouse,
  days: readonly string[],
): Promise<DayState[]> => {
  const pending = new Set((await pendingDays.list(MAX_PENDING)).map(({ day }) => day));
  return mapAtMost(PARALLEL, days, async (day) => {
    const marts = await Promise.all(
      martNames.map(async (name) => ({
        name,
        execution: executionOfKey((await catalog.partitionLocation(name, [day])) ?? ''),
      })),
    );
    const written = marts.flatMap(({ name, execution }) => (execution ? [{ name, execution }] : []));
    return { day, pending: pending.has(day), marts: written };
  });
};
