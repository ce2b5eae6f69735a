import { gzipSync } from 'node:zlib';
import {
  CreateTableCommand,
  GetTablesCommand,
  GetTableVersionsCommand,
  StartCrawlerCommand,
  StopCrawlerCommand,
  UpdateCrawlerCommand,
} from '@aws-sdk/client-glue';
import { describe, expect, test } from '@jest/globals';
import { restart } from '../endpoint/fixture.ts';
import { crawling, DatabaseName, Name } from './crawling.ts';

const here = crawling();

const versionCount = async (): Promise<number> => {
  const answer = await here.stage.glue.send(
    new GetTableVersionsCommand({ DatabaseName, TableName: 'discovered_raw' }),
  );
  return answer.TableVersions?.length ?? 0;
};

describe('a crawl', () => {
  test('finds the table, its columns and its partitions', async () => {
    here.land('raw/dt=2026-11-01/hr=05/', [
      { event_id: '1', n: 1, big: 1, price: 1, ok: true, tags: ['a'], properties: { a: 1, b: { c: null } } },
      { event_id: '2', n: 2, big: 2 ** 40, price: 1.5, ok: false, tags: [], properties: { b: { c: 'x' } } },
    ]);
    here.land(
      'raw/dt=2026-11-01/hr=06/',
      [{ event_id: '3', mixed: 1 }, { mixed: 'text' }, { mixed: { a: 1 } }],
      'b.json',
    );
    await here.createCrawler();

    const last = await here.crawl();

    expect(last).toMatchObject({ Status: 'SUCCEEDED', LogGroup: '/aws-glue/crawlers', LogStream: Name });
    expect(last?.ErrorMessage).toBeUndefined();
    expect(await here.columns()).toEqual({
      event_id: 'string',
      n: 'int',
      big: 'bigint',
      price: 'double',
      ok: 'boolean',
      tags: 'array<string>',
      properties: 'struct<a:int,b:struct<c:string>>',
      mixed: 'string',
    });
    expect((await here.found())?.PartitionKeys).toEqual([
      { Name: 'dt', Type: 'string' },
      { Name: 'hr', Type: 'string' },
    ]);
    expect(await here.partitions()).toEqual([
      ['2026-11-01T05', 's3://lake/raw/dt=2026-11-01/hr=05/'],
      ['2026-11-01T06', 's3://lake/raw/dt=2026-11-01/hr=06/'],
    ]);
  });

  test('says in the table who made it, and how it is to be read', async () => {
    here.land('raw/dt=2026-11-01/hr=05/', [{ b: 1, a: 2 }]);
    await here.createCrawler();
    await here.crawl();

    const table = await here.found();

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
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await here.createCrawler();
    await here.crawl();
    await here.crawl();
    const unchanged = await versionCount();
    here.land('raw/dt=2026-11-01/hr=06/', [{ a: 1, coupon: 'x' }]);
    await here.crawl();

    expect([unchanged, await versionCount()]).toEqual([1, 2]);
    expect(await here.columns()).toEqual({ a: 'int', coupon: 'string' });
  });

  test('of new folders only adds their partitions and leaves the table as it is', async () => {
    await here.createCrawler({
      RecrawlPolicy: { RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' },
      SchemaChangePolicy: { UpdateBehavior: 'LOG', DeleteBehavior: 'LOG' },
    });
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await here.crawl();
    here.land('raw/dt=2026-11-01/hr=05/', [{ late: true }], 'late.ndjson.gz');
    here.land('raw/dt=2026-11-01/hr=06/', [{ a: 1, coupon: 'x' }]);
    await here.crawl();

    expect(await here.columns()).toEqual({ a: 'int' });
    expect((await here.partitions()).map(([values]) => values)).toEqual(['2026-11-01T05', '2026-11-01T06']);
    expect(await versionCount()).toBe(1);
  });

  test('that merges new columns adds them, and retypes none, not even a struct that grew', async () => {
    await here.createCrawler({
      Configuration: JSON.stringify({
        Version: 1.0,
        CrawlerOutput: {
          Tables: { AddOrUpdateBehavior: 'MergeNewColumns' },
          Partitions: { AddOrUpdateBehavior: 'InheritFromTable' },
        },
      }),
    });
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1, s: { x: 1 } }]);
    await here.crawl();
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1.5, s: { y: [2] }, b: true }]);
    await here.crawl();

    expect(await here.columns()).toEqual({ a: 'int', s: 'struct<x:int>', b: 'boolean' });
    expect(await versionCount()).toBe(2);
  });

  test('without that option makes the table what the data are now', async () => {
    await here.createCrawler();
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1, s: { x: 1 }, gone: 1 }]);
    await here.crawl();
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1.5, s: { y: [2] } }]);
    here.land('raw/dt=2026-11-01/hr=06/', [{ a: 1, s: { x: 1 } }]);
    await here.crawl();

    expect(await here.columns()).toEqual({ a: 'double', s: 'struct<y:array<int>,x:int>' });
  });

  test('makes one table of each folder whose rows are its own, or one of all at the level it is told', async () => {
    here.land('raw/clicks/', [{ a: 1 }]);
    here.land('raw/orders/', [{ b: 1 }]);
    await here.createCrawler();
    await here.crawl();
    const tables = async () => {
      const { TableList } = await here.stage.glue.send(new GetTablesCommand({ DatabaseName }));
      return (TableList ?? []).map((table) => [table.Name, table.PartitionKeys?.map((key) => key.Name)]);
    };
    const apart = await tables();
    const Configuration = JSON.stringify({ Version: 1.0, Grouping: { TableLevelConfiguration: 2 } });
    await here.stage.glue.send(new UpdateCrawlerCommand({ Name, Configuration }));
    await here.crawl();

    expect(apart).toEqual([
      ['discovered_clicks', []],
      ['discovered_orders', []],
    ]);
    expect(await tables()).toContainEqual(['discovered_raw', ['partition_0']]);
  });

  test('passes over damaged and foreign objects', async () => {
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    const { objects } = here.stage.services;
    objects.put('lake', 'raw/dt=2026-11-01/hr=05/cut.ndjson.gz', gzipSync('{"b":1}\n').subarray(0, 12));
    objects.put('lake', 'raw/dt=2026-11-01/hr=07/text.txt', Buffer.from('no JSON here\nnor here\n'));
    objects.put('lake', 'raw/dt=2026-11-01/hr=08/_temporary', Buffer.from('{"c":1}\n'));
    await here.createCrawler();

    const last = await here.crawl();

    expect(last?.Status).toBe('SUCCEEDED');
    expect(await here.columns()).toEqual({ a: 'int' });
    expect((await here.partitions()).map(([values]) => values)).toEqual(['2026-11-01T05']);
  });

  test("never touches a table that is not the crawler's own", async () => {
    const Columns = [{ Name: 'ours', Type: 'string' }];
    const TableInput = { Name: 'discovered_raw', StorageDescriptor: { Columns } };
    await here.stage.glue.send(new CreateTableCommand({ DatabaseName, TableInput }));
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await here.createCrawler();
    await here.crawl();

    const { TableList } = await here.stage.glue.send(new GetTablesCommand({ DatabaseName }));

    expect(await here.columns()).toEqual({ ours: 'string' });
    expect(TableList?.map((table) => table.Name)).toEqual([
      'discovered_raw',
      expect.stringMatching(/^discovered_raw_[0-9a-f]{32}$/),
    ]);
  });

  test('of nothing succeeds and makes no table', async () => {
    await here.createCrawler();

    expect((await here.crawl())?.Status).toBe('SUCCEEDED');
    await expect(here.found()).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test.each([
    [
      'a bucket',
      { Targets: { S3Targets: [{ Path: 's3://missing/raw/' }] } },
      'The specified bucket does not exist',
    ],
    ['a database', { DatabaseName: 'missing' }, 'Database missing not found.'],
  ])('that misses %s has failed, and says why', async (_what, rest, ErrorMessage) => {
    await here.createCrawler(rest);

    expect(await here.crawl()).toMatchObject({ Status: 'FAILED', ErrorMessage });
  });
});

describe('a crawler', () => {
  test('goes from READY over RUNNING and STOPPING back to READY', async () => {
    here.land('raw/dt=2026-11-01/hr=05/', [{ a: 1 }]);
    await here.createCrawler();
    const states: unknown[] = [(await here.crawler())?.State];
    await here.stage.glue.send(new StartCrawlerCommand({ Name }));
    await here.stage.timer.advanceUntil(async () => {
      const state = (await here.crawler())?.State;
      if (states.at(-1) !== state) states.push(state);
      return states.length > 1 && state === 'READY';
    });

    expect(states).toEqual(['READY', 'RUNNING', 'STOPPING', 'READY']);
  });

  test('that runs cannot be started again, and shows the crawl before as its last', async () => {
    await here.createCrawler();
    await here.stage.glue.send(new StartCrawlerCommand({ Name }));

    const again = here.stage.glue.send(new StartCrawlerCommand({ Name }));

    await expect(again).rejects.toMatchObject({ name: 'CrawlerRunningException' });
    expect(await here.crawler()).toMatchObject({ State: 'RUNNING' });
    expect((await here.crawler())?.LastCrawl).toBeUndefined();
  });

  test('that was stopped has been cancelled', async () => {
    await here.createCrawler();
    await here.stage.glue.send(new StartCrawlerCommand({ Name }));
    await here.stage.glue.send(new StopCrawlerCommand({ Name }));
    await here.stage.timer.advanceUntil(async () => (await here.crawler())?.State === 'READY');

    expect((await here.crawler())?.LastCrawl?.Status).toBe('CANCELLED');
    await expect(here.stage.glue.send(new StopCrawlerCommand({ Name }))).rejects.toMatchObject({
      name: 'CrawlerNotRunningException',
    });
  });

  test('whose stage died during a crawl has failed, not succeeded, when it is back', async () => {
    await here.createCrawler();
    await here.crawl();
    here.stage.services.db.exec('UPDATE glue_crawlers SET running_since_ms = 1');
    await restart(here.stage);

    expect(await here.crawler()).toMatchObject({
      State: 'READY',
      LastCrawl: { Status: 'FAILED', ErrorMessage: 'The emulator stopped during the crawl.' },
    });
  });

  test('for new folders only can but log what changed, as in AWS', async () => {
    const creation = here.createCrawler({ RecrawlPolicy: { RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' } });

    await expect(creation).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining('can have only LOG DeleteBehavior value'),
    });
  });

  test('without an S3 target cannot be created', async () => {
    const creation = here.createCrawler({ Targets: { DynamoDBTargets: [{ Path: 'table' }] } });

    await expect(creation).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});
