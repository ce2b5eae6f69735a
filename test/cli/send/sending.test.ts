import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createFakeStream, KEY } from '../../helpers/collector.ts';
import { startCollector } from '../../helpers/collectorServer.ts';
import { headrace } from '../../helpers/commandLine.ts';
import { temporaryFolder } from '../../helpers/rawLines.ts';

const written = (name: string, content: string | Buffer): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
};

/** `headrace send` so many times, and the events that the stream has then. */
const sent = async (times: number, ...args: string[]) => {
  const stream = createFakeStream();
  const server = await startCollector(stream);
  const results = [];
  for (let n = 0; n < times; n += 1)
    results.push(await headrace(['send', ...args, '--url', server.url, '--key', KEY, '--json']));
  await server.close();
  return { results, events: stream.events() };
};

describe('what cannot be taken', () => {
  const line = (id: string) =>
    `{"event_id":"${id}","event_name":"mixed","event_time":"2026-11-20T10:00:00Z"}\n`;

  test('is counted and named by its line, and the rest is sent', async () => {
    const latin1 = Buffer.from('{"event_name":"caf\xe9"}\n', 'latin1');
    const long = `{"event_name":"x","properties":{"a":"${'x'.repeat(5 * 1024 * 1024)}"}}\n`;
    const lines = [line('m1'), latin1, line('m2'), long, '{"torn":\n', line('m3')];
    const path = written('mixed.ndjson', Buffer.concat(lines.map((one) => Buffer.from(one))));
    const { results, events } = await sent(1, path);
    expect(results).toMatchObject([{ code: 1, document: { accepted: 3, refused: 3, unreadable: 2 } }]);
    const rejections: { line: number; reason: string }[] = results[0]?.document.rejections;
    expect(rejections.map((one) => [one.line, one.reason]).sort()).toEqual([
      [2, 'invalid_unicode'],
      [4, 'event_too_large'],
      [5, 'invalid_json'],
    ]);
    expect(events.map(({ event_id }) => event_id)).toEqual(['m1', 'm2', 'm3']);
  });

  test.each([
    ['a field that is in no event', ['--name', 'typ', '--id', 'id'], 'Did you mean "type"?'],
    ['a file that is not there', ['nothing.ndjson'], 'there is no such file or folder'],
    ['a format of times without a field', ['--format', 'epoch_s'], '--time is missing'],
    ['no name for mapped events', ['--id', 'id'], 'have no event name'],
  ])('stops before anything is sent: %s', async (_what, args, message) => {
    const path = written('events.ndjson', '{"id":"1","type":"a"}\n');
    const { results, events } = await sent(1, path, ...args);
    expect(results).toMatchObject([{ code: 1, stderr: expect.stringContaining(message) }]);
    expect(events).toEqual([]);
  });

  test('is a collector without its key, which is what the message says', async () => {
    const path = written('events.ndjson', '{"event_name":"a"}\n');
    const { stderr } = await headrace(['send', path, '--url', 'http://127.0.0.1:9']);
    expect(stderr).toContain('The write key for http://127.0.0.1:9 is missing.');
  });
});

test('a file cut in three keeps its equal events when the pieces are sent together', async () => {
  const tick = '{"kind":"tick","at":"2026-11-19T10:00:00Z"}\n';
  const pieces = ['a', 'b', 'c'].map((name) => written(`piece-${name}.ndjson`, tick));
  const { results, events } = await sent(2, ...pieces, '--name', 'kind', '--time', 'at');
  expect(results.map(({ document }) => document.accepted)).toEqual([3, 3]);
  expect(events).toHaveLength(6);
  expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(3);
});
