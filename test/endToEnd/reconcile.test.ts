import { DeleteItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { clientOf, LAKE, useStage } from '../helpers/commandLine.ts';

const table = 'headrace-local-ledger';

const stage = useStage();
const s3 = clientOf(stage, S3Client);

const post = async (...events: object[]): Promise<void> => {
  expect((await stage.post(events)).status).toBe(202);
};

const event = (id: string, hour: string) => ({
  event_id: id,
  event_name: 'page_view',
  event_time: `2026-11-01T${hour}:00:00Z`,
});

const rawKeys = async (hour: string): Promise<string[]> => {
  const Prefix = `raw/dt=2026-11-01/hr=${hour}/`;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: LAKE, Prefix }));
  return Contents.map(({ Key = '' }) => Key);
};

const wipeLedger = async (): Promise<void> => {
  const dynamo = new DynamoDBClient(stage.aws);
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: table })) {
    for (const { pk } of Items) {
      if (pk) await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { pk } }));
    }
  }
};

describe('what is stored', () => {
  test('adds up after a run, hour by hour, and the run has counted it itself', async () => {
    await post(event('a', '05'), event('a', '05'), event('b', '06'));
    const run = await stage.command('etl');
    expect(run.document.status).toBe('SUCCEEDED');
    expect(run.document.states).toContain('Reconcile');

    const { code, document } = await stage.command('reconcile');
    expect(code).toBe(0);
    expect(document).toMatchObject({
      ok: true,
      differences: [],
      totals: { partitions: 2, raw: 3, curated: 2, duplicates: 1, pending: 0 },
      partitions: [
        { partition: '2026-11-01T05', raw: 2, parquet: 1 },
        { partition: '2026-11-01T06', raw: 1, parquet: 1 },
      ],
    });
  }, 120_000);

  test('adds up while events wait for a build', async () => {
    await post(event('c', '06'));
    await stage.landed();
    const { code, document } = await stage.command('reconcile', '--from', '2026-11-01', '--to', '2026-11-02');
    expect([code, document.totals.pending]).toEqual([0, 1]);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
  }, 120_000);
});

describe('a ledger that has lost every item', () => {
  test('is a difference until it is rebuilt, which brings the status back as it was', async () => {
    const before = (await stage.command('status')).document;
    await wipeLedger();
    expect((await stage.command('reconcile')).code).toBe(1);

    const dry = await stage.command('ledger', 'rebuild', '--dry-run');
    expect([dry.code, dry.document.restored.length]).toEqual([0, 2]);
    expect((await stage.command('status')).document.partitions).toEqual([]);

    const rebuilt = await stage.command('ledger', 'rebuild');
    expect([rebuilt.code, rebuilt.document.undecided, rebuilt.document.stale]).toEqual([0, [], []]);
    const { totals, stale, partitions } = (await stage.command('status')).document;
    expect({ totals, stale, partitions }).toEqual({
      totals: before.totals,
      stale: before.stale,
      // When it landed last is not in S3 to be found again, and nothing needs it: the archive's check begins anew, too.
      partitions: before.partitions.map(({ landedAt: _, ...rest }: { landedAt?: string }) => rest),
    });
    expect((await stage.command('reconcile')).code).toBe(0);
  }, 120_000);

  test('goes on from there: the next run does the checks and marts of the days', async () => {
    const { document } = await stage.command('etl');
    expect(document.status).toBe('SUCCEEDED');
    expect(document.states).toContain('Marts');
    expect(await stage.ask('SELECT count(*) AS events FROM events')).toEqual([{ events: '3' }]);
  }, 120_000);
});

describe('a raw object that somebody removes by hand', () => {
  test('makes reconcile exit non-zero, naming it, its partition and stage', async () => {
    const [Key] = await rawKeys('05');
    await s3.send(new DeleteObjectCommand({ Bucket: LAKE, Key }));

    const { code, document, stderr } = await stage.command('reconcile');
    expect(code).toBe(1);
    expect(document.differences).toEqual([
      {
        partition: '2026-11-01T05',
        stage: 'raw',
        message: expect.stringMatching(new RegExp(`raw objects are missing: ${Key}$`)),
        objects: [Key],
      },
    ]);
    expect(stderr).toContain('2026-11-01T05, raw: raw/dt=2026-11-01/hr=05/');
  }, 120_000);

  test('is not a difference for another hour', async () => {
    const { code } = await stage.command('reconcile', '--from', '2026-11-01T06', '--to', '2026-11-02');
    expect(code).toBe(0);
  });

  test('is not looked for in a range that is none', async () => {
    const { code, stderr } = await stage.command('reconcile', '--from', '2026-02-30', '--to', '2026-11-02');
    expect(code).toBe(1);
    expect(stderr).toContain('--from: "2026-02-30" is neither an hour nor a day.');
  });
});
