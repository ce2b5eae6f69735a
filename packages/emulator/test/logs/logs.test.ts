import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../src/endpoint/types.ts';
import { logFolder } from '../../src/logs/files.ts';
import { openLogs } from '../../src/logs/service.ts';
import { scratch } from '../../src/testing/scratch.ts';
import { endpointOf } from '../endpoint/fixture.ts';

const logGroupName = '/aws/lambda/land';
const at = (second: number): number => Date.parse('2026-11-01T05:00:00Z') + second * 1000;
const iso = (second: number): string => new Date(at(second)).toISOString();

/** As lambda/logFile.ts writes them: what the function said as JSON, what it said as text, and Lambda's report. */
const older = [{ timestamp: iso(0), message: 'plain text of before' }];
const newer = [
  { timestamp: iso(1), level: 'INFO', message: 'landed', events: 12 },
  { _aws: { Timestamp: at(2), CloudWatchMetrics: [] }, Landed: 12 },
  { timestamp: iso(3), level: 'ERROR', message: 'could not land', events: 0, where: { key: 'raw/a' } },
  { nothing: 'says when' },
  { time: iso(4), type: 'platform.report', record: { status: 'success' } },
];
const lines = (records: object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');

const place = scratch();
let endpoint: Endpoint;
let client: CloudWatchLogsClient;

beforeAll(async () => {
  mkdirSync(logFolder(place.dir));
  writeFileSync(join(logFolder(place.dir), 'land.log.1'), lines(older));
  writeFileSync(join(logFolder(place.dir), 'land.log'), lines(newer));
  const logs = openLogs(place.dir);
  logs.deploy({ name: logGroupName, retentionInDays: 14 });
  logs.deploy({ name: logGroupName, stream: { name: 'land', file: 'land.log' } });
  logs.deploy({ name: '/aws/vendedlogs/states/etl' });
  endpoint = await endpointOf({ json: [logs] });
  client = new CloudWatchLogsClient({
    ...{ endpoint: endpoint.url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'none' },
  });
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
  place.remove();
});

const filter = async (fields: Partial<FilterLogEventsCommandInput>): Promise<string[]> => {
  const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName, ...fields }));
  return events.map(({ message = '' }) => message);
};

describe('FilterLogEvents', () => {
  test('gives the lines as they were written, over both files, each with its time', async () => {
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName }));

    expect(events?.map(({ timestamp, message }) => [timestamp, message])).toEqual([
      [at(0), 'plain text of before'],
      [at(1), JSON.stringify(newer[0])],
      [at(2), JSON.stringify(newer[1])],
      [at(3), JSON.stringify(newer[2])],
      [at(3), JSON.stringify(newer[3])],
      [at(4), JSON.stringify(newer[4])],
    ]);
    expect(new Set(events?.map(({ eventId }) => eventId)).size).toBe(6);
    expect(events?.[0]).toMatchObject({ logStreamName: 'land', ingestionTime: at(0) });
  });

  test('both ends of an interval belong to it', async () => {
    expect(await filter({ startTime: at(1), endTime: at(2) })).toHaveLength(2);
  });

  test('of pages of one event each are given once', async () => {
    const seen: (string | undefined)[] = [];
    for await (const { events } of paginateFilterLogEvents({ client, pageSize: 1 }, { logGroupName }))
      seen.push(...(events ?? []).map(({ eventId }) => eventId));

    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
  });

  test.each<[string, number]>([
    ['land', 2],
    ['"could not land"', 1],
    ['land -ERROR', 1],
    ['?report ?before', 2],
    ['LAND', 0],
    ['{ $.level = "ERROR" }', 1],
    ['{ $.level != "ERROR" }', 1],
    ['{ $.level = * && $.events > 3 }', 1],
    ['{ $.events = 0 || $.record.status = succ* }', 2],
    ['{ $.where.key = "raw/*" }', 1],
  ])('by the pattern %s finds %d events', async (filterPattern, count) => {
    expect(await filter({ filterPattern })).toHaveLength(count);
  });

  test.each(['[ip, user]', '%4[0-9]{2}%', '{ $.a EXISTS }', '{ $.a = 1 && $.b = 2 || $.c = 3 }'])(
    'refuses the pattern %s, which it does not know, by name',
    async (filterPattern) => {
      await expect(filter({ filterPattern })).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: expect.stringContaining('Emulated are terms'),
      });
    },
  );

  test('of another stream is empty, of another group an error', async () => {
    expect(await filter({ logStreamNames: ['other'] })).toEqual([]);
    expect(await filter({ logStreamNamePrefix: 'la', limit: 1 })).toHaveLength(1);
    await expect(filter({ logGroupName: '/aws/lambda/none' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });
});

describe('GetLogEvents', () => {
  const get = (fields: object) =>
    client.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'land', ...fields }));

  test('begins with the last events, goes back, and says at the end that it is the end', async () => {
    const last = await get({ limit: 4 });
    const first = await get({ limit: 4, nextToken: last.nextBackwardToken });
    const none = await get({ limit: 4, nextToken: first.nextBackwardToken });

    expect(last.events?.map(({ timestamp }) => timestamp)).toEqual([at(2), at(3), at(3), at(4)]);
    expect(first.events?.map(({ timestamp }) => timestamp)).toEqual([at(0), at(1)]);
    expect([none.events, none.nextBackwardToken]).toEqual([[], first.nextBackwardToken]);
  });

  test('from the head goes on forward; its end time is not of the interval', async () => {
    const first = await get({ startFromHead: true, limit: 2, endTime: at(3) });
    const rest = await get({ startFromHead: true, endTime: at(3), nextToken: first.nextForwardToken });

    expect(first.events?.map(({ timestamp }) => timestamp)).toEqual([at(0), at(1)]);
    expect(rest.events?.map(({ timestamp }) => timestamp)).toEqual([at(2)]);
  });
});

test('groups and streams are listed; what nothing writes to has no stream', async () => {
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }));
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
  const other = await client.send(
    new DescribeLogStreamsCommand({ logGroupName: '/aws/vendedlogs/states/etl' }),
  );

  expect(logGroups).toMatchObject([
    {
      logGroupName,
      retentionInDays: 14,
      arn: `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}:*`,
    },
    { logGroupName: '/aws/vendedlogs/states/etl', storedBytes: 0 },
  ]);
  expect(logStreams).toMatchObject([
    { logStreamName: 'land', firstEventTimestamp: at(0), lastEventTimestamp: at(4) },
  ]);
  expect(other.logStreams).toEqual([]);
});

test('what makes or changes groups is refused by name', async () => {
  await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'mine' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('Logs.CreateLogGroup is not emulated'),
  });
});
