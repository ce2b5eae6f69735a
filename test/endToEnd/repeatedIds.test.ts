import { existsSync, readFileSync } from 'node:fs';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { lineOf } from '../../src/collect/canonical.ts';
import { native } from '../../src/collect/protocols/native.ts';
import { isProblem } from '../../src/collect/request.ts';
import { martNames } from '../../src/etl/queries.ts';
import { type CommandResult, LAKE, useStage } from '../helpers/commandLine.ts';
import { describeFile } from '../helpers/queries.ts';

const stage = useStage();

const post = async (key: string, body: string): Promise<void> => {
  // As a bearer token, which is the other way to give a key.
  const { status } = await stage.post(body, { headers: { authorization: `Bearer ${key}` } });
  expect(status).toBe(202);
};

const event = (event_id: string, event_time: string): string =>
  JSON.stringify({ event_id, event_name: 'page_view', event_time });

/** Delivers a body once more, an hour from now: what the collector makes of it then, put where the collector puts it. */
const deliverInAnHour = async (body: string): Promise<void> => {
  const reading = native.read(body, false);
  if (isProblem(reading)) throw new Error(reading.message);
  const receivedAt = new Date(Date.now() + 60 * 60 * 1000);
  const lines = reading.events.map((sent) =>
    lineOf(sent, reading.draftOf, {
      source: 'local',
      receivedAt,
      receivedText: receivedAt.toISOString(),
      newId: () => 'unused',
    }),
  );
  await new KinesisClient(stage.aws).send(
    new PutRecordCommand({
      StreamName: 'headrace-local-events',
      PartitionKey: 'p',
      Data: Buffer.concat(lines.map(({ bytes }) => bytes)),
    }),
  );
};

const reportOf = async (run: CommandResult) => {
  const s3 = new S3Client({ ...stage.aws, forcePathStyle: true });
  const Key = `reports/${run.document.execution}.json`;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: LAKE, Key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
};

describeFile('queries/warnings/eventIdInTwoHours.sql', () => {
  test('are named by a run, by source and with an example; the run succeeds and its marts are written', async () => {
    const local = stage.writeKey;
    // Its sender's clock is right, so the first delivery is at half past five, and the second an hour later.
    const body = `{"events":[${event('again', '2026-11-01T05:30:00Z')}],"sent_at":"${new Date().toISOString()}"}`;
    await post(local, body);
    await deliverInAnHour(body);
    await post(local, event('moved', '2026-11-01T23:59:00Z'));
    await post(local, event('moved', '2026-11-02T00:01:00Z'));
    // An id of another source is another id, and twice in one hour it is a duplicate.
    const app = (await stage.command('keys', 'create', 'app')).document.key;
    await post(app, event('again', '2026-11-01T08:00:00Z'));
    await post(app, event('again', '2026-11-01T08:00:00Z'));

    const run = await stage.command('etl');
    const ofIds = (found: { name: string }[]) => found.filter(({ name }) => name === 'eventIdInTwoHours');
    const warnings = [
      {
        name: 'eventIdInTwoHours',
        rows: [
          {
            source: 'local',
            ids: '2',
            extra_rows: '2',
            example: 'again',
            first_hour: '2026-11-01T05',
            last_hour: '2026-11-01T06',
          },
        ],
      },
    ];
    expect([run.code, run.document.status]).toEqual([0, 'SUCCEEDED']);
    expect(run.document.output.status).toBe('SUCCEEDED');
    expect(ofIds(run.document.output.warnings)).toEqual(warnings);
    expect(ofIds((await reportOf(run)).warnings)).toEqual(warnings);
    expect(run.stderr).toContain('Warning eventIdInTwoHours found 1 row');
    expect(run.stderr).toContain('2026-11-01T06');
    if (!martNames.includes('daily_events')) return;
    expect(
      await stage.ask('SELECT dt, source, events FROM daily_events WHERE events > 0 ORDER BY dt, source'),
    ).toEqual([
      { dt: '2026-11-01', source: 'app', events: '1' },
      { dt: '2026-11-01', source: 'local', events: '3' },
      { dt: '2026-11-02', source: 'local', events: '1' },
    ]);
  }, 120_000);

  test('are each read once by the query that the examples give for it', async () => {
    if (!existsSync('queries/examples/eachIdOnce.sql')) return;
    // The example reads the last days; the events of this file are of a fixed day.
    const sql = readFileSync('queries/examples/eachIdOnce.sql', 'utf8').replaceAll(
      /date_format\(current_date - INTERVAL '\d' DAY, '%Y-%m-%d'\)/g,
      "'2026-11-01'",
    );
    expect(await stage.ask(sql)).toEqual([{ dt: '2026-11-01', event_name: 'page_view', events: '3' }]);
  }, 60_000);

  test('are not told of again by a run over other days', async () => {
    await post(stage.writeKey, event('alone', '2026-11-05T05:00:00Z'));
    const { document, stderr } = await stage.command('etl');
    expect(document.states).toContain('Warnings');
    expect(document.output.warnings).toEqual([]);
    expect(stderr).not.toContain('Warning ');
  }, 60_000);

  test('are told of again when one of their days changes, and then only those of that day', async () => {
    await post(stage.writeKey, event('alone too', '2026-11-02T05:00:00Z'));
    const { document } = await stage.command('etl');
    expect(document.output.warnings).toMatchObject([
      { rows: [{ source: 'local', ids: '1', example: 'moved', first_hour: '2026-11-01T23' }] },
    ]);
  }, 60_000);
});
