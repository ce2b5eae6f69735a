import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/contracts.ts';
import { createTable, JSON_SERDE } from '../../src/testing/athenaEmulator.ts';
import { onceAthena } from './support.ts';

const stage = onceAthena();

const statusOf = (shown: JsonObject): JsonObject => shown.Status as JsonObject;

test('a finished query says what it was, where its result lies and what it cost', async () => {
  const shown = await stage.run('SELECT 1 AS one');
  expect(shown).toMatchObject({
    Query: 'SELECT 1 AS one',
    StatementType: 'DML',
    SubstatementType: 'SELECT',
    WorkGroup: 'test',
    QueryExecutionContext: { Database: 'lake', Catalog: 'awsdatacatalog' },
    ResultConfiguration: { OutputLocation: `s3://results/athena/${shown.QueryExecutionId}.csv` },
    Status: { State: 'SUCCEEDED' },
    Statistics: { DataScannedInBytes: 0 },
    EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
  });
  const stored = stage.objects.get('results', `athena/${shown.QueryExecutionId}.csv`);
  expect(stored?.bytes).toBe('"one"\n"1"\n'.length);
});

test('a failed query carries an AthenaError and has no results', async () => {
  const shown = await stage.run('SELECT 1 / 0');
  expect(statusOf(shown)).toMatchObject({
    State: 'FAILED',
    StateChangeReason: 'DIVISION_BY_ZERO: Division by zero',
    AthenaError: { ErrorCategory: 2, Retryable: false, ErrorMessage: 'DIVISION_BY_ZERO: Division by zero' },
  });
  await expect(
    stage.call('GetQueryResults', { QueryExecutionId: shown.QueryExecutionId ?? '' }),
  ).rejects.toMatchObject({ code: 'InvalidRequestException' });
});

test('results come in pages, the header only in the first, with Trino’s type names', async () => {
  const id = String(
    (
      await stage.run(
        'SELECT n, CAST(n AS varchar) AS s, ARRAY[n] AS a, 1.5 AS d FROM UNNEST(sequence(1, 5)) AS t (n)',
      )
    ).QueryExecutionId,
  );
  const first = await stage.call('GetQueryResults', { QueryExecutionId: id, MaxResults: 4 });
  const second = await stage.call('GetQueryResults', {
    QueryExecutionId: id,
    MaxResults: 4,
    NextToken: first.NextToken ?? '',
  });
  const firstCell = (page: JsonObject) =>
    (page.ResultSet as { Rows: { Data: JsonObject[] }[] }).Rows.map((row) => row.Data[0]?.VarCharValue);
  expect([firstCell(first), firstCell(second)]).toEqual([
    ['n', '1', '2', '3'],
    ['4', '5'],
  ]);
  expect(second.NextToken).toBeUndefined();
  const { ColumnInfo } = (first.ResultSet as { ResultSetMetadata: { ColumnInfo: JsonObject[] } })
    .ResultSetMetadata;
  expect(ColumnInfo.map(({ Name, Type, Precision, Scale }) => [Name, Type, Precision, Scale])).toEqual([
    ['n', 'bigint', 19, 0],
    ['s', 'varchar', 2147483647, 0],
    ['a', 'array', 0, 0],
    ['d', 'decimal', 2, 1],
  ]);
});

test('the same token starts one query; another statement under it is refused', async () => {
  const ClientRequestToken = 'x'.repeat(32);
  const first = await stage.start('SELECT 1', { ClientRequestToken });
  expect(await stage.start('SELECT 1', { ClientRequestToken })).toBe(first);
  await expect(stage.start('SELECT 2', { ClientRequestToken })).rejects.toMatchObject({
    code: 'InvalidRequestException',
  });
});

test('an enforced workgroup overrides the place a caller wants, another one does not', async () => {
  const ResultConfiguration = { OutputLocation: 's3://results/mine/' };
  const enforced = await stage.run('SELECT 1', { ResultConfiguration });
  expect(JSON.stringify(enforced.ResultConfiguration)).toContain('s3://results/athena/');
  await stage.call('UpdateWorkGroup', {
    WorkGroup: 'test',
    ConfigurationUpdates: { EnforceWorkGroupConfiguration: false },
  });
  const free = await stage.run('SELECT 1', { ResultConfiguration });
  expect(JSON.stringify(free.ResultConfiguration)).toContain('s3://results/mine/');
  await expect(stage.start('SELECT 1', { WorkGroup: 'primary' })).rejects.toMatchObject({
    code: 'InvalidRequestException',
  });
});

test('a query beyond the workgroup’s limit is cancelled before it reads', async () => {
  await createTable(stage, 'wide', JSON_SERDE, 's3://lake/wide/', { id: 'string' });
  stage.objects.put('lake', 'wide/a.ndjson', Buffer.from('{"id":"x"}\n'.repeat(100)));
  stage.athena.createWorkGroup({
    Name: 'small',
    Configuration: {
      BytesScannedCutoffPerQuery: 1000,
      ResultConfiguration: { OutputLocation: 's3://results/small/' },
    },
  });
  expect(await stage.reason('SELECT * FROM wide', { WorkGroup: 'small' })).toBe(
    'CANCELLED Query cancelled! : Bytes scanned limit was exceeded',
  );
  expect(await stage.reason('SELECT 1', { WorkGroup: 'small' })).toBe('SUCCEEDED ');
});

test('a running query can be stopped', async () => {
  const id = await stage.start(
    'SELECT count(*) FROM UNNEST(sequence(1, 3000000)) a (x) CROSS JOIN UNNEST(sequence(1, 3000000)) b (y) WHERE x * y = 7',
  );
  await stage.call('StopQueryExecution', { QueryExecutionId: id });
  expect(statusOf(await stage.finished(id))).toMatchObject({ State: 'CANCELLED' });
});

test('queries run side by side and are listed newest first', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, (_, i) => stage.rows(`SELECT ${i} AS n`)));
  expect(results.map((rows) => rows[1]?.[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  const listed = await stage.call('ListQueryExecutions', { WorkGroup: 'test', MaxResults: 2 });
  const ids = listed.QueryExecutionIds as string[];
  const { QueryExecutions, UnprocessedQueryExecutionIds } = await stage.call('BatchGetQueryExecution', {
    QueryExecutionIds: [...ids, 'none'],
  });
  expect((QueryExecutions as JsonObject[]).map((shown) => shown.QueryExecutionId)).toEqual(ids);
  expect(UnprocessedQueryExecutionIds).toMatchObject([{ QueryExecutionId: 'none' }]);
});

test('BI tools find catalogs, databases and tables', async () => {
  expect(await stage.call('ListDataCatalogs', {})).toEqual({
    DataCatalogsSummary: [{ CatalogName: 'AwsDataCatalog', Type: 'GLUE' }],
  });
  expect(await stage.call('ListDatabases', { CatalogName: 'AwsDataCatalog' })).toEqual({
    DatabaseList: [{ Name: 'lake' }],
  });
  const { TableMetadata } = await stage.call('GetTableMetadata', {
    CatalogName: 'AwsDataCatalog',
    DatabaseName: 'lake',
    TableName: 'wide',
  });
  expect(TableMetadata).toMatchObject({
    Name: 'wide',
    Columns: [{ Name: 'id', Type: 'string' }],
    PartitionKeys: [],
  });
});

test('a table is described as the catalog has it: comments, storage, types as they were declared', async () => {
  await stage.rows(
    `CREATE EXTERNAL TABLE described (id bigint COMMENT 'the id', n varchar(10), s struct<a:int>) PARTITIONED BY (dt string COMMENT 'the day')
     ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('mapping.id' = 'ID') LOCATION 's3://lake/described/'`,
  );
  const asked = { CatalogName: 'AwsDataCatalog', DatabaseName: 'lake' };
  const expected = {
    Name: 'described',
    TableType: 'EXTERNAL_TABLE',
    Columns: [
      { Name: 'id', Type: 'bigint', Comment: 'the id' },
      { Name: 'n', Type: 'varchar(10)' },
      { Name: 's', Type: 'struct<a:int>' },
    ],
    PartitionKeys: [{ Name: 'dt', Type: 'string', Comment: 'the day' }],
    Parameters: {
      EXTERNAL: 'TRUE',
      inputformat: 'org.apache.hadoop.mapred.TextInputFormat',
      location: 's3://lake/described/',
      outputformat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      'serde.param.mapping.id': 'ID',
      'serde.param.serialization.format': '1',
      'serde.serialization.lib': 'org.openx.data.jsonserde.JsonSerDe',
    },
  };
  expect(await stage.call('GetTableMetadata', { ...asked, TableName: 'DESCRIBED' })).toMatchObject({
    TableMetadata: expected,
  });
  expect(await stage.call('ListTableMetadata', { ...asked, Expression: 'desc*' })).toMatchObject({
    TableMetadataList: [expected],
  });
  expect(await stage.call('ListTableMetadata', { ...asked, MaxResults: 1 })).toMatchObject({
    NextToken: '1',
  });
});

test.each([
  ['GetTableMetadata', { DatabaseName: 'lake', TableName: 'nope' }],
  ['GetTableMetadata', { DatabaseName: 'nope', TableName: 'nope' }],
  ['ListTableMetadata', { DatabaseName: 'nope' }],
  ['GetDatabase', { DatabaseName: 'nope' }],
])('%s of what is not there says so in the words that drivers look for', async (action, input) => {
  await expect(stage.call(action, { CatalogName: 'AwsDataCatalog', ...input })).rejects.toMatchObject({
    code: 'MetadataException',
    message: expect.stringMatching(
      /^Entity Not Found \(Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    ),
  });
});

test('a catalog that is not there is named', async () => {
  await expect(stage.call('ListDatabases', { CatalogName: 'other' })).rejects.toMatchObject({
    code: 'InvalidRequestException',
    message: 'Data catalog other was not found',
  });
});

test('the database of the context may come in backticks', async () => {
  expect(
    await stage.rows('SELECT id FROM wide LIMIT 1', { QueryExecutionContext: { Database: '`lake`' } }),
  ).toEqual([['id'], ['x']]);
});

test('DESCRIBE names its three columns; a row is one text with tabs', async () => {
  const { QueryExecutionId } = await stage.run('DESCRIBE wide');
  const { ResultSet } = await stage.call('GetQueryResults', { QueryExecutionId: QueryExecutionId ?? '' });
  const { Rows, ResultSetMetadata } = ResultSet as {
    Rows: { Data: { VarCharValue: string }[] }[];
    ResultSetMetadata: { ColumnInfo: JsonObject[] };
  };
  expect(ResultSetMetadata.ColumnInfo.map(({ Name }) => Name)).toEqual(['col_name', 'data_type', 'comment']);
  expect(Rows[0]?.Data[0]?.VarCharValue.split('\t').map((part) => part.trim())).toEqual(['id', 'string', '']);
});

test('an action that is not there is refused by name', async () => {
  await expect(stage.call('CreateNotebook', {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
});
