import { gzipSync } from 'node:zlib';
import {
  CreateCrawlerCommand,
  type CreateCrawlerCommandInput,
  CreateDatabaseCommand,
  CreateTableCommand,
  GetCrawlerCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  GetTableVersionsCommand,
  StartCrawlerCommand,
  StopCrawlerCommand,
  UpdateCrawlerCommand,
} from '@aws-sdk/client-glue';
import { describe, expect, test } from '@jest/globals';
import { eachServices, restart } from '../endpoint/fixture.ts';

const DatabaseName = 'headrace_local';
const Name = 'headrace-local-raw';

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

const versionCount = async (): Promise<number> => {
  const answer = await stage.glue.send(
    new GetTableVersionsCommand({ DatabaseName, TableName: 'discovered_raw' }),
  );
  return answer.TableVersions?.length ?? 0;
};

describe('a crawl', () => {
  test('finds the table, its columns and its partitions', async () => {
    land('raw/dt=2026-11-01/hr=05/', [
      { event_id: '1', n: 1, big: 1, price: 1, ok: true, tags: ['a'], properties: { a: 1, b: { c: null } } },
      { event_id: '2', n: 2, big: 2 ** 40, price: 1.5, ok: false, tags: [], properties: { b: { c: 'x' } } },
    ]);
    land(
      'raw/dt=2026-11-01/hr=06/',
      [{ event_id: '3', mixed: 1 }, { mixed: 'text' }, { mixed: { a: 1 } }],
      'b.json',
    );
    await createCrawler();

    const last = await crawl();

    expect(last).toMatchObject({ Status: 'SUCCEEDED', LogGroup: '/aws-glue/crawlers', LogStream: Name });
    expect(last?.ErrorMessage).toBeUndefined();
    expect(await columns()).toEqual({
      event_id: 'string',
      n: 'int',
      big: 'bigint',
      price: 'double',
      ok: 'boolean',
      tags: 'array<string>',
      properties: 'struct<a:int,b:struct<c:string>>',
      mixed: 'string',
    });
    expect((await found())?.PartitionKeys).toEqual([
      { Name: 'dt', Type: 'string' },
      { Name: 'hr', Type: 'string' },
    ]);
    expect(await partitions()).toEqual([
      ['2026-11-01T05', 's3://lake/raw/dt=2026-11-01/hr=05/'],
      ['2026-11-01T06', 's3://lake/raw/dt=2026-11-01/hr=06/'],
    ]);
  });

  test('says in the table who made it, and how it is to be read', async () => {
    land('raw/dt=2026-11-01/hr=05/', [{ b: 1, a: 2 }]);
    await createCrawler();
    await crawl();

    const table = await found();

    expect(table?.Parameters).toMatchObject({
      UPDATED_BY_CRAWLER: Name,
      CrawlerSchemaDeserializerVersion: '1.0',
      classification: 'json',
      compressionType: 'gzip',
      objectCount: '1',
      recordCount: '1',
    });
    expect(table?.StorageDescriptor).toMatchObject({
      Location: 's3://lake/raw/',
      SerdeInfo: {
        SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
        Parameters: { paths: 'a,b' },
      },
    });
  });

  test('of unchanged data makes no new version; a new field makes one', async () => {
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await createCrawler();
    await crawl();
    await crawl();
    const unchanged = await versionCount();
    land('raw/dt=2026-11-01/hr=06/', [{ a: 1, coupon: 'x' }]);
    await crawl();

    expect([unchanged, await versionCount()]).toEqual([1, 2]);
    expect(await columns()).toEqual({ a: 'int', coupon: 'string' });
  });

  test('of new folders only adds their partitions and leaves the table as it is', async () => {
    await createCrawler({
      RecrawlPolicy: { RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' },
      SchemaChangePolicy: { UpdateBehavior: 'LOG', DeleteBehavior: 'LOG' },
    });
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await crawl();
    land('raw/dt=2026-11-01/hr=05/', [{ late: true }], 'late.ndjson.gz');
    land('raw/dt=2026-11-01/hr=06/', [{ a: 1, coupon: 'x' }]);
    await crawl();

    expect(await columns()).toEqual({ a: 'int' });
    expect((await partitions()).map(([values]) => values)).toEqual(['2026-11-01T05', '2026-11-01T06']);
    expect(await versionCount()).toBe(1);
  });

  test('that merges new columns adds them, and retypes none, not even a struct that grew', async () => {
    await createCrawler({
      Configuration: JSON.stringify({
        Version: 1.0,
        CrawlerOutput: {
          Tables: { AddOrUpdateBehavior: 'MergeNewColumns' },
          Partitions: { AddOrUpdateBehavior: 'InheritFromTable' },
        },
      }),
    });
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1, s: { x: 1 } }]);
    await crawl();
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1.5, s: { y: [2] }, b: true }]);
    await crawl();

    expect(await columns()).toEqual({ a: 'int', s: 'struct<x:int>', b: 'boolean' });
    expect(await versionCount()).toBe(2);
  });

  test('without that option makes the table what the data are now', async () => {
    await createCrawler();
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1, s: { x: 1 }, gone: 1 }]);
    await crawl();
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1.5, s: { y: [2] } }]);
    land('raw/dt=2026-11-01/hr=06/', [{ a: 1, s: { x: 1 } }]);
    await crawl();

    expect(await columns()).toEqual({ a: 'double', s: 'struct<y:array<int>,x:int>' });
  });

  test('makes one table of each plain folder, or one of all at the level it is told', async () => {
    land('raw/clicks/', [{ a: 1 }]);
    land('raw/orders/', [{ b: 1 }]);
    await createCrawler();
    await crawl();
    const tables = async () => {
      const { TableList } = await stage.glue.send(new GetTablesCommand({ DatabaseName }));
      return (TableList ?? []).map((table) => [table.Name, table.PartitionKeys?.map((key) => key.Name)]);
    };
    const apart = await tables();
    const Configuration = JSON.stringify({ Version: 1.0, Grouping: { TableLevelConfiguration: 2 } });
    await stage.glue.send(new UpdateCrawlerCommand({ Name, Configuration }));
    await crawl();

    expect(apart).toEqual([
      ['discovered_clicks', []],
      ['discovered_orders', []],
    ]);
    expect(await tables()).toContainEqual(['discovered_raw', ['partition_0']]);
  });

  test('passes over damaged and foreign objects', async () => {
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    const { objects } = stage.services;
    objects.put('lake', 'raw/dt=2026-11-01/hr=05/cut.ndjson.gz', gzipSync('{"b":1}\n').subarray(0, 12));
    objects.put('lake', 'raw/dt=2026-11-01/hr=07/text.txt', Buffer.from('no JSON here\nnor here\n'));
    objects.put('lake', 'raw/dt=2026-11-01/hr=08/_temporary', Buffer.from('{"c":1}\n'));
    await createCrawler();

    const last = await crawl();

    expect(last?.Status).toBe('SUCCEEDED');
    expect(await columns()).toEqual({ a: 'int' });
    expect((await partitions()).map(([values]) => values)).toEqual(['2026-11-01T05']);
  });

  test("never touches a table that is not the crawler's own", async () => {
    const Columns = [{ Name: 'ours', Type: 'string' }];
    const TableInput = { Name: 'discovered_raw', StorageDescriptor: { Columns } };
    await stage.glue.send(new CreateTableCommand({ DatabaseName, TableInput }));
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await createCrawler();
    await crawl();

    const { TableList } = await stage.glue.send(new GetTablesCommand({ DatabaseName }));

    expect(await columns()).toEqual({ ours: 'string' });
    expect(TableList?.map((table) => table.Name)).toEqual([
      'discovered_raw',
      expect.stringMatching(/^discovered_raw_[0-9a-f]{32}$/),
    ]);
  });

  test('of nothing succeeds and makes no table', async () => {
    await createCrawler();

    expect((await crawl())?.Status).toBe('SUCCEEDED');
    await expect(found()).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test.each([
    [
      'a bucket',
      { Targets: { S3Targets: [{ Path: 's3://missing/raw/' }] } },
      'The specified bucket does not exist',
    ],
    ['a database', { DatabaseName: 'missing' }, 'Database missing not found.'],
  ])('that misses %s has failed, and says why', async (_what, rest, ErrorMessage) => {
    await createCrawler(rest);

    expect(await crawl()).toMatchObject({ Status: 'FAILED', ErrorMessage });
  });
});

describe('a crawler', () => {
  test('goes from READY over RUNNING and STOPPING back to READY', async () => {
    land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await createCrawler();
    const states: unknown[] = [(await crawler())?.State];
    await stage.glue.send(new StartCrawlerCommand({ Name }));
    await stage.timer.advanceUntil(async () => {
      const state = (await crawler())?.State;
      if (states.at(-1) !== state) states.push(state);
      return states.length > 1 && state === 'READY';
    });

    expect(states).toEqual(['READY', 'RUNNING', 'STOPPING', 'READY']);
  });

  test('that runs cannot be started again, and shows the crawl before as its last', async () => {
    await createCrawler();
    await stage.glue.send(new StartCrawlerCommand({ Name }));

    const again = stage.glue.send(new StartCrawlerCommand({ Name }));

    await expect(again).rejects.toMatchObject({ name: 'CrawlerRunningException' });
    expect(await crawler()).toMatchObject({ State: 'RUNNING' });
    expect((await crawler())?.LastCrawl).toBeUndefined();
  });

  test('that was stopped has been cancelled', async () => {
    await createCrawler();
    await stage.glue.send(new StartCrawlerCommand({ Name }));
    await stage.glue.send(new StopCrawlerCommand({ Name }));
    await stage.timer.advanceUntil(async () => (await crawler())?.State === 'READY');

    expect((await crawler())?.LastCrawl?.Status).toBe('CANCELLED');
    await expect(stage.glue.send(new StopCrawlerCommand({ Name }))).rejects.toMatchObject({
      name: 'CrawlerNotRunningException',
    });
  });

  test('whose stage died during a crawl has failed, not succeeded, when it is back', async () => {
    await createCrawler();
    await crawl();
    stage.services.db.exec('UPDATE glue_crawlers SET running_since_ms = 1');
    await restart(stage);

    expect(await crawler()).toMatchObject({
      State: 'READY',
      LastCrawl: { Status: 'FAILED', ErrorMessage: 'The emulator stopped during the crawl.' },
    });
  });

  test('for new folders only can but log what changed, as in AWS', async () => {
    const creation = createCrawler({ RecrawlPolicy: { RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' } });

    await expect(creation).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('can have only LOG DeleteBehavior value'),
    });
  });

  test('without an S3 target cannot be created', async () => {
    const creation = createCrawler({ Targets: { DynamoDBTargets: [{ Path: 'table' }] } });

    await expect(creation).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});
