import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isOwnProject } from '../../compiler/folder.ts';
import { type CommandResult, headrace, LAKE, newDataDir, removeData, up } from '../helpers/commandLine.ts';

/** As the project's folder: `.headrace/` is below it. The stage's data lies elsewhere. */
const home = newDataDir();
const dataDir = join(home, 'elsewhere');
const inHome = (...args: string[]): Promise<CommandResult> => headrace([...args, '--json'], { cwd: home });

const eventsFile = join(home, 'events.ndjson');
const event = (id: string) =>
  JSON.stringify({ event_id: id, event_name: 'page_view', event_time: '2026-11-01T05:00:00Z' });

const STARTED = 'No stage runs on elsewhere: starting one for this command.';

/** A project of one's own keeps its data in itself, wherever a command runs (test/cli/init). */
const describeInFolder = isOwnProject() ? describe.skip : describe;

afterAll(() => removeData(home));

describeInFolder('commands where no stage has ever run', () => {
  test('say so, name the folder, and start none', async () => {
    const { code, stderr, stdout } = await inHome('reconcile');
    expect(code).toBe(1);
    expect(stderr).toContain('No emulator runs on .headrace/local, and no stage has kept data there.');
    expect(JSON.parse(stdout)).toEqual({ error: expect.stringContaining('No emulator runs') });
    expect(existsSync(join(home, '.headrace'))).toBe(false);
  });
});

describeInFolder('commands on the data of a stage that has been stopped', () => {
  beforeAll(async () => {
    const stage = await up(dataDir, home);
    writeFileSync(eventsFile, `${event('a')}\n${event('a')}\n${event('b')}\n`);
    expect((await stage.command('send', eventsFile)).code).toBe(0);
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    await stage.stop();
  }, 120_000);

  test('start it for themselves, on the folder that was used last, and leave none running', async () => {
    const { code, document, stderr } = await inHome('reconcile');
    expect(stderr).toContain(STARTED);
    expect([code, document]).toMatchObject([
      0,
      { ok: true, differences: [], totals: { partitions: 1, raw: 3, curated: 2, duplicates: 1 } },
    ]);
  }, 60_000);

  test('leave standard output to the rows when these are CSV', async () => {
    const sql = 'SELECT event_id FROM events ORDER BY 1';
    const { stdout, stderr } = await headrace(['query', sql, '--csv'], { cwd: home });
    expect(stdout).toBe('"event_id"\r\n"a"\r\n"b"\r\n');
    expect(stderr).toContain(STARTED);
  }, 60_000);

  test('send, build and land what waits before the stage goes again', async () => {
    writeFileSync(eventsFile, `${event('c')}\n`);
    const sent = await inHome('send', eventsFile);
    expect([sent.code, sent.document.accepted]).toEqual([0, 1]);

    const status = await inHome('status');
    expect(status.document.partitions).toMatchObject([{ partition: '2026-11-01T05', stale: true }]);
    // The last query of the tests below counts what this built.
    expect((await inHome('etl')).document.status).toBe('SUCCEEDED');
  }, 120_000);

  test('wait for each other instead of failing', async () => {
    const both = await Promise.all([inHome('reconcile'), inHome('status')]);
    expect(both.map(({ code, stderr }) => [code, stderr.includes(STARTED)])).toEqual([
      [0, true],
      [0, true],
    ]);
  }, 60_000);

  test('prefer a stage that runs on the default folder, also to one used after it', async () => {
    const stage = await up(join(home, '.headrace/local'), home);
    try {
      writeFileSync(
        join(home, '.headrace/last.json'),
        readFileSync(join(home, '.headrace/last.json'), 'utf8').replace(/\[.*\]/, '["elsewhere"]'),
      );
      const { document, stderr } = await inHome('query', 'SELECT count(*) AS n FROM events');
      expect(stderr).toBe('');
      expect(document.rows).toEqual([{ n: 0 }]);
    } finally {
      await stage.stop();
    }
    expect((await inHome('query', 'SELECT count(*) AS n FROM events')).document.rows).toEqual([{ n: 3 }]);
  }, 120_000);

  test('name the hour of a raw object that somebody has removed', async () => {
    const stage = await up(dataDir, home);
    const s3 = new S3Client({ ...stage.aws, forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: LAKE, Prefix: 'raw/dt=' }));
    await s3.send(new DeleteObjectCommand({ Bucket: LAKE, Key: Contents[0]?.Key }));
    s3.destroy();
    await stage.stop('SIGKILL');

    const { code, document, stderr } = await inHome('reconcile');
    expect(stderr).toContain(STARTED);
    expect(code).toBe(1);
    expect(document.differences).toMatchObject([{ partition: '2026-11-01T05', stage: 'raw' }]);
  }, 120_000);
});
