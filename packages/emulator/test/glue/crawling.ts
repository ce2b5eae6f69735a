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
import { eachServices } from '../endpoint/fixture.ts';

export const DatabaseName = 'headrace_local';
export const Name = 'headrace-local-raw';

/** An emulator for each test, with a bucket `lake`, a database and no crawler yet. */
export const crawling = () => {
  const stage = eachServices(({ glue, services }) => {
    services.objects.createBucket('lake');
    return glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
  });

  const createCrawler = (rest: Partial<CreateCrawlerCommandInput> = {}) =>
    stage.glue.send(
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
    stage.services.objects.put(
      'lake',
      `${folder}${name}`,
      name.endsWith('.gz') ? gzipSync(text) : Buffer.from(text),
    );
  };

  const crawler = async () => (await stage.glue.send(new GetCrawlerCommand({ Name }))).Crawler;

  const crawl = async () => {
    await stage.glue.send(new StartCrawlerCommand({ Name }));
    await stage.timer.advanceUntil(async () => (await crawler())?.State === 'READY');
    return (await crawler())?.LastCrawl;
  };

  const found = async (table = 'discovered_raw') =>
    (await stage.glue.send(new GetTableCommand({ DatabaseName, Name: table }))).Table;

  const columns = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      ((await found())?.StorageDescriptor?.Columns ?? []).map((column) => [column.Name, column.Type ?? '']),
    );

  const partitions = async () => {
    const answer = await stage.glue.send(
      new GetPartitionsCommand({ DatabaseName, TableName: 'discovered_raw' }),
    );
    return (answer.Partitions ?? []).map((partition) => [
      partition.Values?.join('T'),
      partition.StorageDescriptor?.Location,
    ]);
  };

  return { stage, createCrawler, land, crawler, crawl, found, columns, partitions };
};
