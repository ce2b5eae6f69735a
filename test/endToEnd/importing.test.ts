import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { headrace, useStage } from '../helpers/commandLine.ts';

const stage = useStage();

/** 16 visits in Seoul on two days, two in every fourth hour, and one row without a time. */
const rows = Array.from({ length: 16 }, (_, n) => {
  const minutes = 240 * Math.floor(n / 2) + 30 * (n % 2);
  const time = `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${9007199254740993n + BigInt(n)};visit;0${1 + Math.floor(minutes / 1440)}/07/2024 ${time};caf\u00e9 ${n}`;
});
const csv = `id;kind;when;place\n${rows.join('\n')}\n1;visit;;nowhere\n`;

const options = [
  '--id',
  'id',
  '--name',
  'kind',
  '--time',
  'when',
  '--format',
  '%d/%m/%Y %H:%M',
  '--zone',
  'Asia/Seoul',
];

const file = (): string => {
  const path = join(stage.dataDir, 'visits.csv.gz');
  writeFileSync(path, gzipSync(csv));
  return path;
};

const reconciled = async () => {
  const { code, document } = await stage.command('reconcile');
  expect([code, document.differences]).toEqual([0, []]);
  return document.totals;
};

describe('history that is imported', () => {
  let id = '';

  test('is shown first, and is not written without a yes', async () => {
    const planned = await stage.command('import', file(), ...options, '--plan');
    expect(planned.document).toMatchObject({
      state: 'planned',
      preview: { rejected: 1, sample: { events: 17 } },
    });
    const unasked = await headrace(['import', file(), ...options, '--data', stage.dataDir]);
    expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('--yes was not given')]);
    expect((await stage.command('import', 'list')).document).toEqual({ imports: [] });
  }, 60_000);

  test('stands in the table with its own ids and times, and what is no event in quarantine with its line', async () => {
    const { code, document } = await stage.command('import', file(), ...options, '--yes');
    expect(document).toMatchObject({
      state: 'done',
      events: 16,
      rejected: 1,
      hours: 8,
      from: '2024-06-30T15',
      to: '2024-07-01T19',
    });
    expect(code).toBe(0);
    id = document.id;
    expect(await reconciled()).toMatchObject({ raw: 16, pending: 16 });
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
    expect(
      await stage.ask(
        "SELECT count(*) AS n, min(event_id) AS first, max(event_id) AS last, cast(min(event_time) AS varchar) AS since FROM events WHERE source = 'import'",
      ),
    ).toEqual([
      { n: '16', first: '9007199254740993', last: '9007199254741008', since: '2024-06-30 15:00:00.000' },
    ]);
    const quarantined = await stage.command('quarantine', 'list');
    expect(JSON.stringify(quarantined.document)).toContain('invalid_event_time');
    expect(await reconciled()).toMatchObject({ raw: 16, curated: 16, duplicates: 0 });
  }, 180_000);

  test('is imported once, however often the command is given', async () => {
    const { document } = await stage.command('import', file(), ...options, '--yes');
    expect(document).toMatchObject({ id, state: 'done', events: 16 });
    expect(await reconciled()).toMatchObject({ raw: 16 });
  }, 60_000);

  test('is gone when it is taken back, from a published hour that becomes empty too, and what else was there stays', async () => {
    const path = join(stage.dataDir, 'other.ndjson');
    writeFileSync(path, '{"event_id":"other","event_name":"x","event_time":"2024-06-30T15:10:00Z"}\n');
    await stage.command('send', path);
    await stage.command('etl');
    expect((await stage.command('import', 'undo', id, '--yes')).document).toMatchObject({
      id,
      state: 'undone',
    });
    expect(await reconciled()).toMatchObject({ raw: 1 });
    const filled = await stage.command('backfill', '--from', '2024-06-30', '--to', '2024-07-02');
    expect(filled.document.status).toBe('SUCCEEDED');
    expect(await reconciled()).toMatchObject({ raw: 1, curated: 1 });
    expect(await stage.ask('SELECT event_id FROM events')).toEqual([{ event_id: 'other' }]);
    expect(JSON.stringify((await stage.command('quarantine', 'list')).document)).not.toContain(
      'invalid_event_time',
    );
    expect((await stage.command('status')).document.stale).toBe(0);
  }, 240_000);
});
