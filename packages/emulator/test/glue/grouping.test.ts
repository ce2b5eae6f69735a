import { GetTablesCommand, UpdateCrawlerCommand } from '@aws-sdk/client-glue';
import { describe, expect, test } from '@jest/globals';
import { crawling, DatabaseName, Name } from './crawling.ts';

const here = crawling();

/** Which tables a crawl makes of folders, and which columns of their rows. */
describe('a crawl', () => {
  const tables = async () => {
    const { TableList } = await here.stage.glue.send(new GetTablesCommand({ DatabaseName }));
    return (TableList ?? []).map((table) => [
      table.Name,
      table.StorageDescriptor?.Columns?.map((column) => column.Name).join(),
      table.PartitionKeys?.map((key) => key.Name).join(),
    ]);
  };

  test('makes two tables of two years whose rows have nothing in common, one when told to combine', async () => {
    here.land('table1/year=2017/', [{ A: 1, B: 2 }], 'data1.json');
    here.land('table1/year=2018/', [{ C: 3, D: 4 }], 'data2.json');
    await here.createCrawler({ TablePrefix: '', Targets: { S3Targets: [{ Path: 's3://lake/table1/' }] } });
    await here.crawl();
    const apart = await tables();
    const Configuration = JSON.stringify({
      Version: 1.0,
      Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas' },
    });
    await here.stage.glue.send(new UpdateCrawlerCommand({ Name, Configuration }));
    await here.crawl();

    expect(apart).toEqual([
      ['year_2017', 'a,b', ''],
      ['year_2018', 'c,d', ''],
    ]);
    expect(await tables()).toContainEqual(['table1', 'a,b,c,d', 'year']);
  });

  test('makes one table of folders whose rows are alike, their names as partitions', async () => {
    for (const folder of ['table1/partition1/', 'table1/partition2/', 'table2/partition4/'])
      here.land(`folder1/${folder}`, [{ id: 1, name: 'x' }], 'file.json');
    await here.createCrawler({ TablePrefix: '', Targets: { S3Targets: [{ Path: 's3://lake/folder1/' }] } });
    await here.crawl();

    expect(await tables()).toEqual([['folder1', 'id,name', 'partition_0,partition_1']]);
  });

  test('makes one table when most folders are alike, at the root of the folders', async () => {
    here.land('sales/all/year=2019/month=Jan/', [{ id: 1 }], 'a.json');
    here.land('sales/all/year=2019/month=Feb/', [{ id: 2 }], 'a.json');
    here.land('sales/all/year=2020/month=Jan/', [{ other: 2 }], 'a.json');
    await here.createCrawler({ TablePrefix: '', Targets: { S3Targets: [{ Path: 's3://lake/sales/' }] } });
    await here.crawl();

    expect(await tables()).toEqual([['all', 'id,other', 'year,month']]);
  });

  test('looks at the first thousand lines, however long they are', async () => {
    const wide = 'x'.repeat(5000);
    const rows = Array.from({ length: 1100 }, (_, i) => ({
      wide,
      ...(i === 990 ? { seen: 1 } : {}),
      ...(i === 1050 ? { unseen: 1 } : {}),
    }));
    here.land('raw/dt=2026-11-01/hr=05/', rows);
    await here.createCrawler();
    await here.crawl();

    expect(await here.columns()).toEqual({ wide: 'string', seen: 'int' });
  });

  test('has keys that differ by case as one column, inside structs too', async () => {
    here.land('raw/dt=2026-11-01/hr=05/', [
      { Id: 1, properties: { userId: 1, list: [{ A: 1 }] } },
      { id: 2.5, properties: { userid: 'x', list: [{ a: 2 }] } },
    ]);
    await here.createCrawler();
    await here.crawl();

    expect(await here.columns()).toEqual({
      id: 'double',
      properties: 'struct<userId:string,list:array<struct<A:int>>>',
    });
  });
});
