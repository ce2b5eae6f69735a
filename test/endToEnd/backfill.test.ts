import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { martNames } from '../../src/etl/queries.ts';
import type { LedgerEntry } from '../../src/ports/ledger.ts';
import { clientOf, LAKE, MACHINES, useStage } from '../helpers/commandLine.ts';

const HOURS = ['2025-12-31T23', '2026-01-05T03', '2026-06-15T10', '2026-06-15T11'];
const IN_RANGE = HOURS.slice(1);
const YEAR = ['--from', '2026-01-01', '--to', '2027-01-01'];
const DAMAGED = {
  Bucket: LAKE,
  Key: 'raw/dt=2026-06-15/hr=11/shardId-000000000000-9-n5.ndjson.gz',
};

const stage = useStage();
const s3 = clientOf(stage, S3Client);
const sfn = clientOf(stage, SFNClient);
beforeAll(async () => {
  const events = HOURS.map((hour) => ({
    event_id: hour,
    event_name: 'page_view',
    event_time: `${hour}:30:00Z`,
  }));
  expect((await stage.post(events)).status).toBe(202);
});

/** When each hour was last built; hours that never were are not there. */
const built = async (): Promise<Record<string, string>> => {
  const { document } = await stage.command('status');
  const entries: LedgerEntry[] = document.partitions;
  return Object.fromEntries(
    entries.flatMap(({ partition, committed }) => (committed ? [[partition, committed.builtAt]] : [])),
  );
};

describe('a backfill of a year with data in three of its hours', () => {
  test('only planned names them, and builds nothing', async () => {
    const { code, document } = await stage.command('backfill', ...YEAR, '--plan');

    expect([code, document.status]).toEqual([0, 'PLANNED']);
    expect(document.plan).toMatchObject({ landed: 3, partitions: 3, chunks: [{ partitions: 3 }] });
    expect(document.plan.bytes).toBeGreaterThan(0);
    expect(document.plan.estimate.usd).toBeGreaterThan(0);
    expect(await built()).toEqual({});
  }, 60_000);

  test('started by hand, stopped, and started again builds those, and no other hour', async () => {
    const stateMachineArn = `${MACHINES}-backfill`;
    const input = '{"from":"2026-01-01","to":"2027-01-01"}';
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    await sfn.send(new StopExecutionCommand({ executionArn }));

    const { code, document } = await stage.command('backfill', ...YEAR);
    expect([code, document.status, document.output?.status]).toEqual([0, 'SUCCEEDED', 'SUCCEEDED']);
    expect(document.output).toMatchObject({ partitions: 3, chunks: 1, counts: { raw: 3, curated: 3 } });
    expect(Object.keys(await built())).toEqual(IN_RANGE);
    expect(await stage.ask('SELECT event_id FROM events ORDER BY 1')).toEqual(
      IN_RANGE.map((event_id) => ({ event_id })),
    );
    if (martNames.includes('daily_events'))
      expect(await stage.ask('SELECT count(*) AS days FROM daily_events')).toEqual([{ days: '2' }]);
  }, 120_000);

  test('run again finds nothing to do', async () => {
    const before = await built();
    const { code, document } = await stage.command('backfill', ...YEAR);

    expect([code, document.status, document.plan.partitions]).toEqual([0, 'PLANNED', 0]);
    expect(await built()).toEqual(before);
  }, 60_000);
});

describe('a forced backfill', () => {
  let before: Record<string, string>;

  test('of which one part fails builds the others again, and fails naming the hour and the reason', async () => {
    before = await built();
    await s3.send(new PutObjectCommand({ ...DAMAGED, Body: 'not gzip' }));
    const { code, document, stderr } = await stage.command('backfill', ...YEAR, '--force');

    expect([code, document.status, document.error]).toEqual([1, 'FAILED', 'ChunksFailed']);
    expect(document.cause).toMatch(/1 of 1 parts failed.*2026-06-15T11 RawObjectDamaged/);
    expect(stderr).toContain('ChunksFailed');
    const after = await built();
    expect(IN_RANGE.filter((hour) => after[hour] !== before[hour])).toEqual(IN_RANGE.slice(0, 2));
    before = after;
  }, 120_000);

  test('started again when the object is repaired builds only what is left', async () => {
    await s3.send(new DeleteObjectCommand(DAMAGED));
    const { code, document, stderr } = await stage.command('backfill', ...YEAR, '--force');

    expect([code, document.status, document.plan.partitions]).toEqual([0, 'SUCCEEDED', 1]);
    expect(stderr).toMatch(/Goes on where cli-\S+ \(FAILED\) ended/);
    const after = await built();
    expect(IN_RANGE.filter((hour) => after[hour] !== before[hour])).toEqual(['2026-06-15T11']);
    before = after;
  }, 120_000);

  test('that has succeeded begins anew: all of the range, and nothing beside it', async () => {
    const { code, document } = await stage.command('backfill', ...YEAR, '--force', '--concurrency', '5');

    expect([code, document.status, document.plan.partitions]).toEqual([0, 'SUCCEEDED', 3]);
    const after = await built();
    expect(Object.keys(after)).toEqual(IN_RANGE);
    expect(IN_RANGE.filter((hour) => after[hour] === before[hour])).toEqual([]);
  }, 120_000);
});

describe('a range nobody can build', () => {
  test('is refused before anything is started, with what to do', async () => {
    const { code, stderr } = await stage.command('backfill', '--from', '2026-02-30', '--to', '2026-03-02');
    expect(code).toBe(1);
    expect(stderr).toContain('Give a UTC hour (2026-11-01T05) or a day (2026-11-01).');
  }, 60_000);
});
