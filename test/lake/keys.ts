import * as layout from '../../src/lake/layout.ts';

/** One key of each kind that the lake holds, as it was on the day this was written: data on disk has these names. */
export const keys: { kind: string; key: string; written: () => string; reads: Partial<Readings> }[] = [
  {
    kind: 'a raw object',
    key: 'raw/dt=2026-11-01/hr=05/shardId-000000000003-4959-n120.ndjson.gz',
    written: () => layout.rawKey('2026-11-01T05', 'shardId-000000000003-4959', 120),
    reads: { folder: 'raw/', partition: '2026-11-01T05', rows: 120, batch: 'shardId-000000000003-4959' },
  },
  {
    kind: 'lines of a batch that are no events',
    key: 'quarantine/dt=2026-11-01/hr=05/shardId-000000000003-4959-n3.ndjson.gz',
    written: () => layout.quarantineKey('2026-11-01T05', 'shardId-000000000003-4959', 3),
    reads: { folder: 'quarantine/', partition: '2026-11-01T05', rows: 3, batch: 'shardId-000000000003-4959' },
  },
  {
    kind: 'what another consumer rejected',
    key: 'quarantine/dt=2026-11-01/hr=05/postgres.shardId-000000000003-4959-n1.ndjson.gz',
    written: () => layout.quarantineKey('2026-11-01T05', 'shardId-000000000003-4959', 1, 'postgres'),
    reads: { folder: 'quarantine/', partition: '2026-11-01T05', rows: 1 },
  },
  {
    kind: 'lines that a build rejected, until they are published',
    key: 'rejected/dt=2026-11-01/hr=05/build-0f3a9c01d2e4b586-n2.ndjson.gz',
    written: () => layout.rejectedKeys('2026-11-01T05', '0f3a9c01d2e4b586', 2).built,
    reads: { folder: 'rejected/', partition: '2026-11-01T05', rows: 2, build: '0f3a9c01d2e4b586' },
  },
  {
    kind: 'lines that a build rejected, published, by a build whose name has digits only',
    key: 'quarantine/dt=2026-11-01/hr=05/build-0123456789012345-n2.ndjson.gz',
    written: () => layout.rejectedKeys('2026-11-01T05', '0123456789012345', 2).shown,
    reads: { folder: 'quarantine/', partition: '2026-11-01T05', rows: 2, build: '0123456789012345' },
  },
  {
    kind: 'a file of a build',
    key: 'events/dt=2026-11-01/hr=05/build=0f3a9c01d2e4b586/events-0-n9000.parquet',
    written: () => layout.parquetKey('2026-11-01T05', '0f3a9c01d2e4b586', 'events-0', 9000),
    reads: { folder: 'events/', partition: '2026-11-01T05', rows: 9000, build: '0f3a9c01d2e4b586' },
  },
  {
    kind: 'what a build was made of',
    key: 'reports/builds/dt=2026-11-01/hr=05/0f3a9c01d2e4b586.json',
    written: () => layout.buildInputsKey('2026-11-01T05', '0f3a9c01d2e4b586'),
    reads: { folder: 'reports/builds/', partition: '2026-11-01T05', build: '0f3a9c01d2e4b586' },
  },
  {
    kind: 'the report of a run',
    key: 'reports/arn-aws-states-run-3c1f~cef91bd25d7d3d49d801.json',
    written: () => layout.reportKey('arn:aws:states:run/3c1f'),
    reads: { folder: 'reports/' },
  },
  {
    kind: 'a file of a mart',
    key: 'marts/daily_sales/run=arn-3c1f/dt=2026-11-01/20261101_071500_00012_abcde_1',
    written: () =>
      `${layout.martDayFolder('daily_sales', 'run=arn-3c1f', '2026-11-01')}20261101_071500_00012_abcde_1`,
    reads: { folder: 'marts/', day: '2026-11-01', run: 'run=arn-3c1f', execution: 'arn-3c1f' },
  },
  {
    kind: 'a batch that landed after all',
    key: 'aws-lambda-replayed/async/headrace-prod-land/a.json',
    written: () => layout.replayedBatchKey('aws/lambda/async/headrace-prod-land/a.json'),
    reads: { folder: 'aws-lambda-replayed/' },
  },
  {
    kind: 'marks of a replay',
    key: 'quarantine-replayed/dt=2026-11-01/20261102T080000000Z-9f3c21aa-n7.ndjson.gz',
    written: () => layout.replayMarksKey('2026-11-01', '20261102T080000000Z-9f3c21aa', 7),
    reads: { folder: 'quarantine-replayed/', day: '2026-11-01', rows: 7 },
  },
  {
    kind: 'what an import has for an hour',
    key: 'raw/dt=2026-11-01/hr=05/import-3f2a9c01d2e4-000300007-n9.ndjson.gz',
    written: () => layout.rawKey('2026-11-01T05', layout.importBatch('3f2a9c01d2e4', 3, 7), 9),
    reads: {
      folder: 'raw/',
      partition: '2026-11-01T05',
      rows: 9,
      batch: 'import-3f2a9c01d2e4-000300007',
      import: '3f2a9c01d2e4',
    },
  },
  {
    kind: 'an import',
    key: 'imports/3f2a9c01d2e4/import.json',
    written: () => layout.importKey('3f2a9c01d2e4'),
    reads: { folder: 'imports/' },
  },
  {
    kind: 'the objects that an import writes',
    key: 'imports/3f2a9c01d2e4/0003-n7300.ndjson.gz',
    written: () => layout.importedKeysKey('3f2a9c01d2e4', 3, 7300),
    reads: { folder: 'imports/', rows: 7300 },
  },
];

export interface Readings {
  folder: string;
  partition: string;
  day: string;
  rows: number;
  batch: string;
  import: string;
  build: string;
  run: string;
  execution: string;
}

/** What every reader of the layout says of a key. */
export const readingsOf = (key: string): Record<keyof Readings, unknown> => ({
  folder: layout.kindOfKey(key),
  partition: layout.partitionOfKey(key),
  day: layout.dayOfKey(key),
  rows: layout.rowsOfKey(key),
  batch: layout.batchOfKey(key),
  import: layout.importOfKey(key),
  build: layout.buildOfKey(key),
  run: layout.martRunOfKey(key),
  execution: layout.executionOfKey(key),
});
