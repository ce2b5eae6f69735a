import { gzipSync } from 'node:zlib';
import {
  CreateCrawlerCommand,
  type CreateCrawlerCommandInput,
  CreateDatabaseCommand,
  GetCrawlerCommand,
  GetPartitionsCommand,
  GetTableCommand,
  StartCrawlerCommand,
} from '@aws-sdk/client-glue';
import { afterEach, beforeEach } from '@jest/globals';
import { type Services, startServices } from '../endpoint/fixture.ts';

export const DatabaseName = 'headrace_local';
export const Name = 'headrace-local-raw';

/** An emulator for each test, with a bucket `lake`, a database and no crawler yet. Restarted ones are put into `stage`. */
export const crawling = () => {
  // Filled before each test.
  const here = {} as { stage: Services };

  beforeEach(async () => {
    here.stage = await startServices();
    here.stage.services.objects.createBucket('lake');
    await here.stage.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
  });

  afterEach(() => here.stage.closeAndRemove());

  const createCrawler = (rest: Partial<CreateCrawlerCommandInput> = {}) =>
    here.stage.glue.send(
      new CreateCrawlerCommand({
        Name,
        Role: 'crawler',
        DatabaseName,
        TablePrefix: 'discovered_',
        Targets: { S3Targets: [{ Path: 's3://lake/raw/' }] },
        ...rest,
      }),
    );

  const land = (folder: string, rows: readonly object[], name = 'a.ndjson.gz') => {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    here.stage.services.objects.put(
      'lake',
      `${folder}${name}`,
      name.endsWith('.gz') ? gzipSync(text) : Buffer.from(text),
    );
  };

  const crawler = async () => (await here.stage.glue.send(new GetCrawlerCommand({ Name }))).Crawler;

  const crawl = async () => {
    await here.stage.glue.send(new StartCrawlerCommand({ Name }));
    await here.stage.timer.advanceUntil(async () => (await crawler())?.State === 'READY');
    return (await crawler())?.LastCrawl;
  };

  const found = async (table = 'discovered_raw') =>
    (await here.stage.glue.send(new GetTableCommand({ DatabaseName, Name: table }))).Table;

  const columns = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      ((await found())?.StorageDescriptor?.Columns ?? []).map((column) => [column.Name, column.Type ?? '']),
    );

  const partitions = async () => {
    const answer = await here.stage.glue.send(
      new GetPartitionsCommand({ DatabaseName, TableName: 'discovered_raw' }),
    );
    return (answer.Partitions ?? []).map((partition) => [
      partition.Values?.join('T'),
      partition.StorageDescriptor?.Location,
    ]);
  };

  return Object.assign(here, { createCrawler, land, crawler, crawl, found, columns, partitions });
};
