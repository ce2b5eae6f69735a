import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventPayload, eventRecord, failureKey, failureRecord } from 'headrace-emulator/services';
import { clientOf, LAKE, useStage } from '../helpers/commandLine.ts';

const FAILED = 'headrace-local-failed-000000000000';
const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/headrace-local-events';
const TIME = '2026-11-01T05:00:00.000Z';

const stage = useStage();
const s3 = clientOf(stage, S3Client);
let shopKey: string;
beforeAll(async () => {
  shopKey = (await stage.command('keys', 'create', 'shop')).document.key;
});

const post = async (path: string, body: string, key = stage.writeKey): Promise<number> =>
  (await stage.post(body, { path, key })).status;

const totals = async () => {
  const [events] = await stage.ask('SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events');
  const [raw] = await stage.ask("SELECT count(*) AS n FROM raw_events WHERE dt > '2026-01-01'");
  const [refused] = await stage.ask("SELECT count(*) AS n FROM quarantine WHERE dt > '2026-01-01'");
  return { events: events?.n, ids: events?.ids, raw: raw?.n, quarantine: refused?.n };
};

const fix = () => {
  const file = join(stage.dataDir, 'fix.json');
  const rules = {
    missing_event_name: { rename: { name: 'event_name' }, default: { event_name: 'unnamed' } },
    invalid_event_time: { remove: ['event_time', 'timestamp'] },
  };
  writeFileSync(file, JSON.stringify(rules));
  return file;
};

const keysUnder = async (bucket: string, prefix: string): Promise<string[]> => {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return (page.Contents ?? []).map(({ Key }) => Key ?? '');
};

describe('quarantine, seen and sent again', () => {
  test('lists what was rejected by day, reason and source, with an example', async () => {
    const nameless = `{"event_id":"nameless","event_time":"${TIME}","properties":{"n":12345678901234567890}}`;
    expect(
      await post('/v1/events', `[${nameless},${nameless},{"event_name":"a","event_time":"soon"},17]`),
    ).toBe(422);
    await post('/v1/events', `{"event_id":"shop-1","name":"b","event_time":"${TIME}"}`, shopKey);
    await post('/v1/track', '{"messageId":"seg-1","userId":"u","event":"c","timestamp":"soon"}', shopKey);
    await post('/v1/page', '{"messageId":"seg-2","userId":"u","timestamp":"soon"}', shopKey);
    await stage.landed();
    const { code, document } = await stage.command('quarantine', 'list');
    expect(code).toBe(0);
    expect(document).toMatchObject({ rows: 7, replayed: 0, open: 7, failedBatches: 0 });
    const groups = document.groups.map((g: Record<string, unknown>) => `${g.source} ${g.reason} ${g.rows}`);
    expect(groups.sort()).toEqual([
      'local invalid_event_time 1',
      'local missing_event_name 2',
      'local not_an_object 1',
      'shop invalid_event_time 2',
      'shop missing_event_name 1',
    ]);
    const nothing = document.groups.find((g: { reason: string }) => g.reason === 'not_an_object');
    expect(nothing.example).toBe('17');
  }, 120_000);

  test('shows the rows with their raw text', async () => {
    const { document } = await stage.command('quarantine', 'show', '--source', 'shop', '--limit', '2');
    expect(document.more).toBe(true);
    expect(document.rows.map((row: { source: string }) => row.source)).toEqual(['shop', 'shop']);
    const { stdout } = await stage.command('quarantine', 'show', '--reason', 'not_an_object', '--csv');
    expect(stdout).toContain(',"not_an_object","an event is a JSON object",,"17",');
  }, 120_000);

  test('says in a dry run what the collector would reject again, and sends nothing', async () => {
    const before = await totals();
    const { code, document } = await stage.command('quarantine', 'replay', '--dry-run');
    expect(code).toBe(0);
    expect(document.send).toBe(0);
    const why = Object.keys(document.notReplayable).map((reason) => [
      reason,
      document.notReplayable[reason].rows,
    ]);
    expect(Object.fromEntries(why)).toEqual({
      missing_event_name: 3,
      invalid_event_time: 2,
      not_an_object: 1,
      call_type_unknown: 1,
    });
    await stage.landed();
    expect(await totals()).toEqual(before);
  }, 120_000);

  test('refuses an option that it would have to ignore', async () => {
    const { code, stderr } = await stage.command('quarantine', 'replay', '--limit', '1');
    expect(code).toBe(1);
    expect(stderr).toContain('quarantine replay has no option --limit');
  }, 120_000);

  test('refuses a fix that is none, naming what is wrong', async () => {
    const file = join(stage.dataDir, 'wrong.json');
    writeFileSync(file, '{"missing_event_name":{"defaults":{}}}');
    const { code, stderr } = await stage.command('quarantine', 'replay', '--fix', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/is not a valid fix[\s\S]*defaults/);
  }, 120_000);

  test('replays mended rows under their own ids, times and sources', async () => {
    const { code, document } = await stage.command('quarantine', 'replay', '--fix', fix());
    expect(document).toMatchObject({ accepted: 4, refused: {}, sameEvent: 1, replayedBefore: 0 });
    // Two rows cannot be mended like that, so not all that was asked for is done.
    expect(code).toBe(1);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    const rows = await stage.ask(
      `SELECT event_id, event_name, source, to_iso8601(event_time) AS at, properties FROM events ORDER BY event_name`,
    );
    const received = (await stage.command('quarantine', 'show', '--source', 'local')).document.rows.find(
      (row: { raw: string }) => row.raw.includes('soon'),
    );
    expect(rows[0]).toMatchObject({ event_id: received.id, event_name: 'a', source: 'local' });
    expect(rows[0]?.at?.slice(0, 19)).toBe(received.received_at.slice(0, 19));
    expect(rows[1]).toMatchObject({ event_id: 'shop-1', event_name: 'b', source: 'shop' });
    expect(rows[2]).toMatchObject({ event_id: 'seg-1', event_name: 'c', source: 'shop' });
    expect(rows[3]).toMatchObject({ event_id: 'nameless', event_name: 'unnamed', source: 'local' });
    expect(rows[3]?.properties).toContain('12345678901234567890');
    expect(rows[3]?.at?.slice(0, 19)).toBe(TIME.slice(0, 19));
  }, 120_000);

  test('changes nothing when it is done twice, and tells in the list what is left', async () => {
    const before = await totals();
    const { document } = await stage.command('quarantine', 'replay', '--fix', fix());
    expect(document).toMatchObject({ accepted: 0, replayedBefore: 5 });
    await stage.command('etl');
    expect(await totals()).toEqual(before);
    const list = (await stage.command('quarantine', 'list')).document;
    expect(list).toMatchObject({ rows: 7, replayed: 5, open: 2 });
  }, 120_000);

  test('does not send an event that its client has sent right since', async () => {
    await post('/v1/events', '{"event_id":"mended","event_time":"2026-10-30T05:00:00.000Z"}');
    await stage.landed();
    await post(
      '/v1/events',
      `{"event_id":"mended","event_name":"d","event_time":"${new Date().toISOString()}"}`,
    );
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    const before = await totals();
    const { document } = await stage.command('quarantine', 'replay', '--fix', fix());
    expect(document).toMatchObject({ accepted: 0, alreadyCurated: 1 });
    expect(await totals()).toEqual(before);
  }, 120_000);

  test('sends only rows of the source whose key it is given, and no row with a key that nobody knows', async () => {
    const nameless = (id: string) => `{"event_id":"${id}","event_time":"${TIME}"}`;
    await post('/v1/events', nameless('of-local'));
    await post('/v1/events', nameless('of-shop'), shopKey);
    await stage.landed();
    const replay = (key: string) =>
      stage.command('quarantine', 'replay', '--reason', 'missing_event_name', '--fix', fix(), '--key', key);
    expect((await replay('nobody')).stderr).toContain('unknown or revoked');
    expect((await replay(shopKey)).document).toMatchObject({ accepted: 1, otherSource: 1 });
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    const rows = await stage.ask("SELECT event_id, source FROM events WHERE event_id LIKE 'of-%'");
    expect(rows).toEqual([{ event_id: 'of-shop', source: 'shop' }]);
  }, 120_000);
});

describe('batches that land gave up', () => {
  const line = (event: object) => `${JSON.stringify(event)}\n`;
  const canonical = {
    event_id: 'given-up',
    event_name: 'e',
    event_time: TIME,
    received_at: '2026-11-01T05:00:01.000Z',
    source: 'shop',
    user_id: null,
    anonymous_id: null,
    session_id: null,
    context: {},
    properties: {},
    schema_version: '1',
  };
  const refused = {
    refused: {
      reason: 'missing_event_name',
      detail: 'the event has no name',
      source: 'shop',
      received_at: canonical.received_at,
    },
    raw: '{}',
  };

  test('land after all, as they were, and once only', async () => {
    const at = new Date(canonical.received_at);
    const data = Buffer.from(line(canonical) + line(refused));
    const record = eventRecord(
      { sequenceNumber: '4959', arrivalMs: at.getTime(), partitionKey: 'p', data },
      { streamArn: ARN, shardId: 'shardId-000000000000', role: 'arn:aws:iam::000000000000:role/land' },
    );
    const batch = {
      uuid: '11111111-2222-3333-4444-555555555555',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:headrace-local-land',
      streamArn: ARN,
      shardId: 'shardId-000000000000',
      records: [record],
      payload: eventPayload([record]),
      condition: 'RetryAttemptsExhausted' as const,
      invocations: 3,
      functionError: 'Unhandled',
    };
    const key = failureKey(batch.uuid, batch.shardId, at);
    const body = failureRecord(batch, at, true);
    const put = (bucket: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    await put(FAILED);
    expect((await stage.command('quarantine', 'list')).document.failedBatches).toBe(1);

    const { code, document } = await stage.command('quarantine', 'replay', '--failed-batches');
    expect(code).toBe(0);
    expect(document.batches[0]).toMatchObject({ key, landed: { lines: 2, rawRows: 1, quarantined: 1 } });
    expect(await keysUnder(FAILED, 'aws/lambda/')).toEqual([]);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    const [row] = await stage.ask(
      "SELECT source, to_iso8601(received_at) AS at FROM events WHERE event_id = 'given-up'",
    );
    expect(row?.source).toBe('shop');
    expect(row?.at?.slice(0, 19)).toBe('2026-11-01T05:00:01');

    const before = await totals();
    // Where such batches lay before they had a bucket of their own.
    await put(LAKE);
    expect((await stage.command('quarantine', 'list')).document.failedBatches).toBe(1);
    await stage.command('quarantine', 'replay', '--failed-batches');
    await stage.command('etl');
    expect(await totals()).toEqual(before);
    expect((await stage.command('quarantine', 'replay', '--failed-batches')).document.batches).toEqual([]);
  }, 120_000);
});
