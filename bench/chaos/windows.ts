import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { clientConfig, type StageAccess } from '../../client/access.ts';
import { openLake } from '../../client/lake.ts';
import { allParts, type PartRow, wholeParts } from '../../client/windows/parts.ts';
import { knownWindows } from '../../src/events/windows/registry.ts';
import { baseSeconds } from '../../src/events/windows/windowType.ts';
import type { StreamedRecord } from '../../src/sinks/kinesisBatch.ts';
import { readBatch } from '../../src/sinks/streamBatch.ts';
import { WHOLE_PART } from '../../src/sinks/windows/part.ts';

export interface WindowsComparison {
  parts: number;
  /** events in all windows together */
  counted: number;
  /** windows of a shard: each is compared by itself */
  compared: number;
  /** events and rejected lines that the stream has of a window and shard, and the parts lack */
  missing: number;
}

type Counts = ReadonlyMap<string, { events: number; rejected: number }>;

const STREAM = 'headrace-local-events';

/** All records that a shard has. */
const recordsOf = async (client: KinesisClient, shard: string): Promise<StreamedRecord[]> => {
  const from = { StreamName: STREAM, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' } as const;
  let { ShardIterator: iterator } = await client.send(new GetShardIteratorCommand(from));
  const found: StreamedRecord[] = [];
  while (iterator !== undefined) {
    const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    for (const { SequenceNumber = '', ApproximateArrivalTimestamp: arrived, Data } of answer.Records ?? [])
      if (arrived !== undefined && Data !== undefined)
        found.push({ shard, sequence: SequenceNumber, arrived, data: Buffer.from(Data) });
    const isEnd = (answer.Records ?? []).length === 0 && answer.MillisBehindLatest === 0;
    iterator = isEnd ? undefined : answer.NextShardIterator;
  }
  return found;
};

const windowOf = (at: Date, shard: string, ms: number): string =>
  `${new Date(at.getTime() - (at.getTime() % ms)).toISOString()} ${shard}`;

/** What each window of each shard should have counted. Each record by itself: whatever it is, it is one or the other. */
export const expectedOf = (records: readonly StreamedRecord[], seconds: number): Counts => {
  const windows = Map.groupBy(records, ({ arrived, shard }) => windowOf(arrived, shard, seconds * 1_000));
  return new Map(
    [...windows].map(([window, own]) => {
      const { events, rejected } = readBatch(own);
      return [window, { events: events.length, rejected: rejected.length }];
    }),
  );
};

/** What each has counted, out of its parts. */
export const countedOf = (rows: readonly PartRow[]): Counts => {
  const whole = wholeParts(rows).filter(({ window }) => window === WHOLE_PART);
  const windows = Map.groupBy(whole, ({ start, shard }) => `${start.toISOString()} ${shard}`);
  const sum = (own: readonly PartRow[], name: string): number =>
    own.reduce((all, { measures }) => all + Number(measures[name] ?? 0), 0);
  return new Map(
    [...windows].map(([window, own]) => [
      window,
      { events: sum(own, 'events'), rejected: sum(own, 'rejected') },
    ]),
  );
};

/** A window that counted some twice does not make up for one that lacks some. */
export const missingIn = (counted: Counts, expected: Counts): number =>
  [...expected].reduce((sum, [window, { events, rejected }]) => {
    const found = counted.get(window) ?? { events: 0, rejected: 0 };
    return sum + Math.max(0, events - found.events) + Math.max(0, rejected - found.rejected);
  }, 0);

/** Holds the windows against the stream itself, which keeps its records for a day. */
export const compareWindows = async (access: StageAccess): Promise<WindowsComparison> => {
  const client = new KinesisClient(clientConfig(access.local));
  const records: StreamedRecord[] = [];
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: STREAM }));
  for (const { ShardId = '' } of Shards) records.push(...(await recordsOf(client, ShardId)));
  client.destroy();
  const rows = await allParts(await openLake(access));
  const expected = expectedOf(records, baseSeconds(knownWindows));
  const counted = countedOf(rows);
  return {
    parts: new Set(rows.map(({ shard, first }) => `${shard} ${first}`)).size,
    counted: [...counted.values()].reduce((sum, { events }) => sum + events, 0),
    compared: expected.size,
    missing: missingIn(counted, expected),
  };
};
