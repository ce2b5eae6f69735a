import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { headrace, useStage } from '../helpers/commandLine.ts';

/** Files that once lost, doubled or altered events on their way through `send`. */
const stage = useStage();

const file = (name: string): string => join('test/fixtures/cases', name);

interface Case {
  name: string;
  options?: string[];
  /** of the event's rows */
  where: string;
  /** events in the file */
  events: number;
  /** rows of raw_events after two sendings, each event once */
  rows: Record<string, string>[];
}

const ids = (name: string, field: string): string[] =>
  readFileSync(file(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => new RegExp(`"${field}":"?([^",]+)`).exec(line)?.[1] ?? '');

const cases: Case[] = [
  {
    name: 'ids-of-64-bits.ndjson',
    options: ['--id', 'id', '--name', 'type', '--time', 'created_at'],
    where: "event_name = 'tweet'",
    events: 20,
    rows: ids('ids-of-64-bits.ndjson', 'id_str').map((id) => ({ event_id: id })),
  },
  {
    name: 'names-of-64-bits.ndjson',
    options: ['--id', 'k', '--name', 'code', '--time', 'at'],
    where: "event_name LIKE '900719925474099%'",
    events: 4,
    rows: ids('names-of-64-bits.ndjson', 'code').map((name) => ({ event_name: name })),
  },
  { name: 'line-separator-in-text.ndjson', where: "event_id = 'ls-1'", events: 1, rows: [{ t: 'a\u2028b' }] },
  {
    name: 'paragraph-separator-in-text.ndjson',
    where: "event_id = 'ls-2'",
    events: 1,
    rows: [{ t: 'a\u2029b' }],
  },
  {
    name: 'byte-order-mark.ndjson',
    where: "event_name = 'cli' AND json_extract_scalar(properties, '$.n') LIKE 'bom%'",
    events: 2,
    rows: [{ n: 'bom1' }, { n: 'bom2' }],
  },
  {
    name: 'byte-order-mark-mapped.ndjson',
    options: ['--id', 'id', '--name', 'type', '--time', 't'],
    where: "event_name = 'bommap'",
    events: 2,
    rows: [{ event_id: 'bm1' }, { event_id: 'bm2' }],
  },
  { name: 'null-and-empty-ids.ndjson', where: "event_name = 'nullid'", events: 2, rows: [{ a: '2' }, {}] },
  {
    name: 'array-on-one-line.json',
    where: "event_name = 'oneline'",
    events: 5,
    rows: ['0', '1', '2', '3', '4'].map((i) => ({ i })),
  },
  {
    name: 'array-over-many-lines.json',
    where: "event_name = 'cli' AND json_extract_scalar(properties, '$.i') IS NOT NULL",
    events: 2,
    rows: [{ i: '1' }, { i: '2' }],
  },
];

const columns = `event_id, event_name, json_extract_scalar(properties, '$.t') AS t, json_extract_scalar(properties, '$.n') AS n,
  json_extract_scalar(properties, '$.a') AS a, json_extract_scalar(properties, '$.i') AS i`;

describe('a file that is sent twice', () => {
  test('leaves each of its events once, and is counted by its events', async () => {
    for (const { name, options = [], events } of cases)
      for (const _ of ['once', 'again']) {
        const { document } = await stage.command('send', file(name), ...options);
        expect({ name, ...document }).toMatchObject({ name, accepted: events, refused: 0 });
      }
    expect((await stage.command('etl')).document.status).toBe('SUCCEEDED');
  }, 120_000);

  test.each(cases)(
    '$name',
    async ({ where, rows }) => {
      const found = await stage.ask(
        `SELECT ${columns} FROM events WHERE ${where} ORDER BY i, t, n, a, event_name, event_id`,
      );
      expect(found).toMatchObject(rows);
      expect(found).toHaveLength(rows.length);
    },
    30_000,
  );
});

describe('a line that is not JSON', () => {
  test.each(['lineWithDigitsInText.ndjson', 'logLineAmongEvents.ndjson', 'tornLineWithWideId.ndjson'])(
    'is counted as rejected, and the event beside it is taken: %s',
    async (name) => {
      const { code, document } = await stage.command('send', file(name));
      expect([code, document]).toEqual([1, expect.objectContaining({ accepted: 1, refused: 1 })]);
    },
    30_000,
  );

  test('is not made by a line separator of Unicode beside wide numbers', async () => {
    const options = ['--id', 'id', '--name', 'type', '--time', 'created_at'];
    const { code, document } = await stage.command(
      'send',
      file('commitMessageWithLineSeparator.ndjson'),
      ...options,
    );
    expect([code, document]).toEqual([0, expect.objectContaining({ accepted: 1, refused: 0 })]);
  }, 30_000);
});

describe('what cannot be taken', () => {
  const line = (id: string) =>
    `{"event_id":"${id}","event_name":"mixed","event_time":"2026-11-20T10:00:00Z"}\n`;

  test('is counted and named by its line, and the rest is sent', async () => {
    const path = join(stage.dataDir, 'mixed.ndjson');
    const latin1 = Buffer.concat([
      Buffer.from('{"event_name":"caf'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]);
    const long = `{"event_name":"x","properties":{"a":"${'x'.repeat(5 * 1024 * 1024)}"}}\n`;
    writeFileSync(
      path,
      Buffer.concat(
        [line('m1'), latin1, line('m2'), long, '{"torn":\n', line('m3')].map((one) => Buffer.from(one)),
      ),
    );
    const { code, document } = await stage.command('send', path);
    expect([code, document.accepted, document.refused, document.unreadable]).toEqual([1, 3, 3, 2]);
    const rejections: { line: number; reason: string }[] = document.rejections;
    expect(rejections.map((one) => [one.line, one.reason]).sort()).toEqual([
      [2, 'invalid_unicode'],
      [4, 'event_too_large'],
      [5, 'invalid_json'],
    ]);
  }, 60_000);

  test.each([
    ['a field that is in no event', ['--name', 'typ', '--id', 'id'], 'Did you mean "type"?'],
    ['a file that is not there', ['nothing.ndjson'], 'there is no such file or folder'],
    ['a format of times without a field', ['--format', 'epoch_s'], '--time is missing'],
    ['no name for mapped events', ['--id', 'id'], 'have no event name'],
  ])(
    'stops before anything is sent: %s',
    async (_what, args, message) => {
      const { code, stderr } = await headrace([
        'send',
        file('ids-of-64-bits.ndjson'),
        ...args,
        '--data',
        stage.dataDir,
      ]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    },
    30_000,
  );

  test('is a collector without its key, which is what the message says', async () => {
    const { stderr } = await headrace(['send', file('ids-of-64-bits.ndjson'), '--url', 'http://127.0.0.1:9']);
    expect(stderr).toContain('The write key for http://127.0.0.1:9 is missing.');
  });
});

test('a file cut in three keeps its equal events when the pieces are sent together', async () => {
  const pieces = ['a', 'b', 'c'].map((name) => join(stage.dataDir, `piece-${name}.ndjson`));
  for (const piece of pieces) writeFileSync(piece, '{"kind":"tick","at":"2026-11-19T10:00:00Z"}\n');
  for (const _ of ['once', 'again'])
    expect((await stage.command('send', ...pieces, '--name', 'kind', '--time', 'at')).document.accepted).toBe(
      3,
    );
  await stage.command('etl');
  expect(await stage.ask("SELECT count(*) AS n FROM events WHERE event_name = 'tick'")).toEqual([{ n: '3' }]);
}, 60_000);
