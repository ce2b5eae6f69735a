import { gzipSync } from 'node:zlib';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { martNames } from '../../src/etl/queries.ts';
import { LAKE, MACHINES, useStage } from '../helpers/commandLine.ts';

const stage = useStage();

const post = async (
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  key = stage.writeKey,
) => {
  const response = await stage.post(body, { key, headers });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
};

const quarantined = async (): Promise<Record<string, number>> => {
  const rows = await stage.ask('SELECT reason, count(*) AS n FROM quarantine GROUP BY 1');
  return Object.fromEntries(rows.map((row) => [row.reason, Number(row.n)]));
};

const good = (id: string, time = '2026-11-01T05:00:00.000Z') => ({
  event_id: id,
  event_name: 'page_view',
  event_time: time,
  properties: { page_url: 'https://x.example/' },
});

describe('bad input, each with a clear answer, nothing lost, and the rest going on', () => {
  test('refuses whole bodies that are not events at all', async () => {
    const zipped = gzipSync(JSON.stringify(good('never')));
    const answers = {
      noJson: (await post('{"event_name":')).status,
      truncatedGzip: (await post(zipped.subarray(0, zipped.length - 12), { 'content-encoding': 'gzip' }))
        .status,
      invalidUtf8: (await post(Buffer.from('{"event_name":"caf\xe9"}', 'latin1'))).status,
      wrongKey: (await post('{}', {}, 'nobody')).status,
      tooLarge: (await post(JSON.stringify({ ...good('big'), properties: { x: 'x'.repeat(5_000_000) } })))
        .status,
      unknownType: (await post('<xml/>', { 'content-type': 'application/xml' })).status,
    };
    expect(answers).toEqual({
      noJson: 400,
      truncatedGzip: 400,
      invalidUtf8: 400,
      wrongKey: 401,
      tooLarge: 413,
      unknownType: 415,
    });
  });

  test('takes the good events of a request and tells the fate of each', async () => {
    const tomorrow = new Date(Date.now() + 26 * 3_600_000).toISOString();
    const events = [good('ok-1'), { event_id: 'nameless' }, good('early', tomorrow), 17, good('ok-2')];
    const answer = await post(JSON.stringify(events));
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ accepted: 2, refused: 3 });
    expect(
      answer.body.results.map(
        (result: { status: number; reason?: string }) => result.reason ?? result.status,
      ),
    ).toEqual([202, 'missing_event_name', 'future_event_time', 'not_an_object', 202]);
  });

  test('puts a poison record of the stream into quarantine and goes on', async () => {
    const kinesis = new KinesisClient(stage.aws);
    await kinesis.send(
      new PutRecordCommand({
        StreamName: 'headrace-local-events',
        PartitionKey: 'poison',
        Data: Uint8Array.from([0x00, 0xff, 0x13, 0x37]),
      }),
    );
    await post(JSON.stringify(good('after-poison')));
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    const ids = (await stage.ask('SELECT event_id FROM events ORDER BY 1')).map((row) => row.event_id);
    expect(ids).toEqual(['after-poison', 'ok-1', 'ok-2']);
    expect(await quarantined()).toEqual({
      missing_event_name: 1,
      future_event_time: 1,
      not_an_object: 1,
      not_ndjson: 1,
    });
  }, 120_000);

  test('fails a build loudly over a damaged raw object, builds the rest, and mends when the object is mended', async () => {
    await post(
      JSON.stringify([good('whole', '2026-11-02T01:00:00Z'), good('damaged', '2026-11-02T02:00:00Z')]),
    );
    expect((await stage.command('etl')).code).toBe(0);
    const s3 = new S3Client(stage.aws);
    const listed = await s3.send(
      new ListObjectsV2Command({ Bucket: LAKE, Prefix: 'raw/dt=2026-11-02/hr=02/' }),
    );
    const key = listed.Contents?.[0]?.Key ?? '';
    const stored = await s3.send(new GetObjectCommand({ Bucket: LAKE, Key: key }));
    const bytes = (await stored.Body?.transformToByteArray()) ?? new Uint8Array();
    await s3.send(
      new PutObjectCommand({ Bucket: LAKE, Key: key, Body: bytes.subarray(0, bytes.length - 8) }),
    );

    const failed = await stage.command('etl', '--from', '2026-11-02', '--to', '2026-11-03', '--force');
    expect(failed.code).toBe(1);
    expect(failed.document).toMatchObject({ status: 'FAILED', error: 'PartitionsFailed' });
    const status = await stage.command('status');
    const entry = status.document.partitions.find(
      (p: { partition: string }) => p.partition === '2026-11-02T02',
    );
    expect(entry.lastFailure.error).toBe('RawObjectDamaged');
    expect(entry.lastFailure.cause).toContain(key);
    // Readers still see the build before: all of it.
    expect(await stage.ask("SELECT event_id FROM events WHERE dt = '2026-11-02' ORDER BY 1")).toEqual([
      { event_id: 'damaged' },
      { event_id: 'whole' },
    ]);

    await s3.send(new PutObjectCommand({ Bucket: LAKE, Key: key, Body: bytes }));
    const mended = await stage.command('etl', '--from', '2026-11-02', '--to', '2026-11-03', '--force');
    expect(mended.document.status).toBe('SUCCEEDED');
  }, 180_000);

  test('says what is wrong with the input of the state machine, and knows its marts', async () => {
    const sfn = new SFNClient(stage.aws);
    const run = async (input: object) => {
      const { executionArn } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: `${MACHINES}-etl`, input: JSON.stringify(input) }),
      );
      for (;;) {
        const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        if (described.status !== 'RUNNING') return described;
        await new Promise((again) => setTimeout(again, 50));
      }
    };
    const noRange = await run({ from: 'last tuesday', to: '2026-11-02' });
    expect([noRange.status, noRange.error]).toEqual(['FAILED', 'InvalidInput']);
    expect(noRange.cause).toContain('from');
    const noMart = await run({ from: '2026-11-01', to: '2026-11-02', marts: ['daily_nothing'] });
    expect([noMart.status, noMart.error]).toEqual(['FAILED', 'UnknownMart']);
    expect(noMart.cause).toContain(`Known marts: ${martNames.join(', ')}`);
  }, 120_000);

  test('answers SQL that does not parse with the place and what was expected', async () => {
    const { code, stderr } = await stage.command('query', 'SELEC 1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 1:1/);
  });
});
