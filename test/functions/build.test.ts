import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod';
import { lambdaDependencies } from '../helpers/lambdaDependencies.ts';
import { HOUR, line } from '../helpers/rawLines.ts';

const EXECUTIONS = 'arn:aws:states:us-east-1:000000000000:execution:headrace-test-etl';

/** The real store, ledger and engine, and limits that small hours meet. */
const dependencies = lambdaDependencies(() => import('../../functions/build.ts'), {
  BUILD_MAX_BYTES: '100000',
  BUILD_PART_BYTES: '2000',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1000',
  ETL_EXECUTIONS: EXECUTIONS,
});

const states = mockClient(SFNClient);

const said = z.object({ build: z.string(), counts: z.unknown() });

const land = (hour: string, name: string, text: string) =>
  dependencies.store.put(`raw/dt=2026-11-01/hr=${hour}/${name}.ndjson.gz`, gzipSync(text), 'x/y');

describe('the build function', () => {
  test('builds the hour with the real store, ledger and engine', async () => {
    await land('05', 's-1-n2', `${line({ event_id: 'x' })}\nbad\n`);
    const output = await dependencies.call({ execution: 'run-1', partition: HOUR, force: false });
    expect(output).toMatchObject({
      partition: HOUR,
      counts: { raw: 2, curated: 1, duplicates: 0, rejected: 1 },
    });
    const { Contents } = await dependencies.s3.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(/^events\/dt=2026-11-01\/hr=05\/build=[0-9a-f]{16}\/events-n1\.parquet$/),
      'raw/dt=2026-11-01/hr=05/s-1-n2.ndjson.gz',
      expect.stringMatching(/^rejected\/dt=2026-11-01\/hr=05\/build-[0-9a-f]{16}-n1\.ndjson\.gz$/),
      expect.stringMatching(/^reports\/builds\/dt=2026-11-01\/hr=05\/[0-9a-f]{16}\.json$/),
    ]);
  });

  test('builds an hour beyond BUILD_PART_BYTES as several files, each with the record of the build', async () => {
    const at = { event_time: '2026-11-01T07:00:00.000Z' };
    const idOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
    const lines = Array.from({ length: 100 }, (_, n) => line({ ...at, event_id: idOf(n) }));
    await land('07', 's-1-n100', `${lines.join('\n')}\n`);
    await land('07', 's-2-n60', `${lines.slice(40).join('\n')}\n`);
    const input = { execution: 'run-1', partition: '2026-11-01T07', force: false };
    const { build, counts } = said.parse(await dependencies.call(input));
    expect(counts).toEqual({ raw: 160, curated: 100, duplicates: 60, rejected: 0 });
    const Prefix = `events/dt=2026-11-01/hr=07/build=${build}/`;
    const { Contents = [] } = await dependencies.s3.send(
      new ListObjectsV2Command({ Bucket: 'lake', Prefix }),
    );
    const names = Contents.map(({ Key }) => Key?.slice(Prefix.length));
    expect(names.length).toBeGreaterThan(2);
    expect(names).toEqual(
      names.map((_name, part) => expect.stringMatching(new RegExp(`^events-${part}-n\\d+\\.parquet$`))),
    );
    const rows = names.map((name) => Number(/-n(\d+)/.exec(name ?? '')?.[1]));
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(100);
    for (const { Key } of Contents) {
      const { Metadata } = await dependencies.s3.send(new HeadObjectCommand({ Bucket: 'lake', Key }));
      expect(JSON.parse(Metadata?.build ?? '')).toMatchObject({ build, counts });
    }
  });

  test('an hour that is locked by another execution is a Conflict, until that has ended', async () => {
    const described = states.on(DescribeExecutionCommand, { executionArn: `${EXECUTIONS}:run-1` });
    described.resolvesOnce({ status: 'RUNNING' }).resolvesOnce({ status: 'ABORTED' });
    const call = () => dependencies.call({ execution: 'run-2', partition: HOUR, force: false });
    await expect(call()).rejects.toMatchObject({ name: 'Conflict' });
    expect(await call()).toMatchObject({ partition: HOUR, skipped: false });
  });

  test('an hour larger than BUILD_MAX_BYTES is PartitionTooLarge', async () => {
    await land(
      '06',
      's-1-n1',
      `${line({ event_time: '2026-11-01T06:00:00.000Z', properties: `{"a":"${'x'.repeat(100_000)}"}` })}\n`,
    );
    const call = dependencies.call({ execution: 'run-1', partition: '2026-11-01T06', force: false });
    await expect(call).rejects.toMatchObject({ name: 'PartitionTooLarge' });
  });

  test.each([
    { execution: 'run-1', partition: '2026-11-01', force: false },
    { execution: 'run-1', partition: HOUR },
    null,
  ])('the input %j is InvalidInput', async (event) => {
    await expect(dependencies.call(event)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
