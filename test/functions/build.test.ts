import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type LocalDynamo, startDynamo } from '../helpers/dynamo.ts';
import { HOUR, line } from '../helpers/rawLines.ts';
import { type LocalS3, startS3 } from '../helpers/s3.ts';

/** The handler as Lambda calls it, with the clients of its own environment, against servers of this test. */

let dynamo: LocalDynamo;
let s3: LocalS3;
let handler: (event: unknown, context: Context) => Promise<unknown>;

const before = { ...process.env };
beforeAll(async () => {
  [dynamo, s3] = await Promise.all([startDynamo(), startS3()]);
  s3.createBucket('lake');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    LAKE_BUCKET: 'lake',
    LEDGER_TABLE: await dynamo.createLedgerTable(),
    BUILD_MAX_BYTES: '100000',
    BUILD_PART_BYTES: '2000',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1000',
    POWERTOOLS_SERVICE_NAME: 'build',
    POWERTOOLS_METRICS_NAMESPACE: 'Headrace',
  });
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
  // After the environment is set: loggers read it once.
  handler = (await import('../../functions/build.ts')).handler;
});
afterAll(async () => {
  process.env = before;
  jest.restoreAllMocks();
  await Promise.all([dynamo.stop(), s3.stop()]);
});

// Of the context the wrapper reads the request id only; the rest is Lambda's own business.
const context = { awsRequestId: 'request-1', functionName: 'build' } as Context;

const said = z.object({ build: z.string(), counts: z.unknown() });

const land = (hour: string, name: string, text: string) =>
  s3.client.send(
    new PutObjectCommand({
      Bucket: 'lake',
      Key: `raw/dt=2026-11-01/hr=${hour}/${name}.ndjson.gz`,
      Body: gzipSync(text),
    }),
  );

describe('the build function', () => {
  test('builds the hour with the real store, ledger and engine', async () => {
    await land('05', 's-1-n2', `${line({ event_id: 'x' })}\nbad\n`);
    const output = await handler({ execution: 'run-1', partition: HOUR, force: false }, context);
    expect(output).toMatchObject({
      partition: HOUR,
      counts: { raw: 2, curated: 1, duplicates: 0, rejected: 1 },
    });
    // What Step Functions carries on is its JSON.
    expect(JSON.parse(JSON.stringify(output))).toEqual(output);
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket: 'lake' }));
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
    const { build, counts } = said.parse(await handler(input, context));
    expect(counts).toEqual({ raw: 160, curated: 100, duplicates: 60, rejected: 0 });
    const Prefix = `events/dt=2026-11-01/hr=07/build=${build}/`;
    const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }));
    const names = Contents.map(({ Key }) => Key?.slice(Prefix.length));
    expect(names.length).toBeGreaterThan(2);
    expect(names).toEqual(
      names.map((_name, part) => expect.stringMatching(new RegExp(`^events-${part}-n\\d+\\.parquet$`))),
    );
    const rows = names.map((name) => Number(/-n(\d+)/.exec(name ?? '')?.[1]));
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(100);
    for (const { Key } of Contents) {
      const { Metadata } = await s3.client.send(new HeadObjectCommand({ Bucket: 'lake', Key }));
      expect(JSON.parse(Metadata?.build ?? '')).toMatchObject({ build, counts });
    }
  });

  test('an hour that is locked by another execution is a Conflict', async () => {
    await expect(
      handler({ execution: 'run-2', partition: HOUR, force: false }, context),
    ).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('an hour larger than BUILD_MAX_BYTES is PartitionTooLarge', async () => {
    await land(
      '06',
      's-1-n1',
      `${line({ event_time: '2026-11-01T06:00:00.000Z', properties: `{"a":"${'x'.repeat(100_000)}"}` })}\n`,
    );
    const call = handler({ execution: 'run-1', partition: '2026-11-01T06', force: false }, context);
    await expect(call).rejects.toMatchObject({ name: 'PartitionTooLarge' });
  });

  test.each([
    { execution: 'run-1', partition: '2026-11-01', force: false },
    { execution: 'run-1', partition: HOUR },
    null,
  ])('the input %j is InvalidInput', async (event) => {
    await expect(handler(event, context)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
