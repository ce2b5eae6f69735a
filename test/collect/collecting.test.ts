import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import type { Protocol } from '../../src/collect/request.ts';
import { createFakeStream, KEY, type RequestParts, send } from '../helpers/collector.ts';

const event = { event_name: 'ping' };

const outcome = async (parts: RequestParts, protocol: Protocol = native): Promise<[number, string]> => {
  const { status, body, stream } = await send(protocol, parts);
  if (status >= 400) expect(stream.calls).toEqual([]);
  return [status, body.error?.code ?? 'taken'];
};

describe('who sends', () => {
  test.each([
    ['Basic', { authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}` }],
    ['basic with a password', { authorization: `basic ${Buffer.from(`${KEY}:x`).toString('base64')}` }],
    ['Bearer', { authorization: `Bearer ${KEY}` }],
    ['X-Write-Key', { 'x-write-key': KEY }],
  ])('a write key is taken from %s', async (_where, headers) => {
    expect(await outcome({ key: null, headers, body: event })).toEqual([202, 'taken']);
  });

  test.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer wk_other' }],
    ['a scheme of another kind', { authorization: `Digest ${KEY}` }],
    ['an empty key', { authorization: 'Basic Og==' }],
    ['a header that is not base64', { authorization: 'Basic ***' }],
    ['a key with a space', { authorization: 'Bearer', 'x-write-key': `${KEY} ${KEY}` }],
    ['a key of other characters', { 'x-write-key': 'wk_schlüssel' }],
    ['a key longer than any', { authorization: `Bearer ${'x'.repeat(10_000)}` }],
  ])('%s is a 401, and nothing of the body is looked at', async (_what, headers) => {
    expect(await outcome({ key: null, headers, body: 'no json' })).toEqual([401, 'unauthorized']);
  });

  test.each<[string, RequestParts, Protocol]>([
    ['no key at all', { headers: {} }, native],
    ['a key that cannot be one', { headers: { 'x-write-key': 'a b' } }, native],
    [
      'no key in its headers, nor in its body',
      { body: { event: 'x', userId: 'u' } },
      segment('track', new Set()),
    ],
    ['the same, zipped', { body: '{"batch":[]}', gzip: true }, segment('batch', new Set())],
  ])(
    'a request with %s is refused before its body is parsed and before the table is asked',
    async (_what, parts, protocol) => {
      const done: string[] = [];
      const watched: Protocol = {
        ...protocol,
        read: (...sent) => {
          done.push('parsed');
          return protocol.read(...sent);
        },
      };
      const keys = {
        async sourceOf() {
          done.push('asked');
          return undefined;
        },
      };
      const { status } = await send(watched, { key: null, body: event, ...parts }, createFakeStream(), {
        keys,
      });
      expect([status, done]).toEqual([401, []]);
    },
  );

  test('a table of keys that is away is a 503 to be tried again, not a 401', async () => {
    const { status, collected } = await send(native, { key: 'wk_broken', body: event });
    expect([status, collected.answer.headers['retry-after']]).toEqual([503, '2']);
    expect(collected.cause?.name).toBe('Transient');
  });

  test("a key in the body counts for Segment's calls, where no header has one", async () => {
    const track = segment('track', new Set());
    const body = { event: 'Ping', userId: 'u', writeKey: KEY };
    expect(await outcome({ key: null, body }, track)).toEqual([200, 'taken']);
    expect(await outcome({ key: null, body: { ...body, writeKey: 'x' } }, track)).toEqual([
      401,
      'unauthorized',
    ]);
    expect(await outcome({ key: 'wk_other', body }, track)).toEqual([401, 'unauthorized']);
    expect(await outcome({ key: null, body: { ...event, write_key: KEY } }, native)).toEqual([202, 'taken']);
    expect(await outcome({ key: null, body: { ...event, write_key: 'wk_other' } }, native)).toEqual([
      401,
      'unauthorized',
    ]);
  });
});

describe('a body is read by what it is', () => {
  const text = JSON.stringify(event);

  test.each([
    [
      'gzip under a form type, as RudderStack sends it',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['gzip that says so', { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=utf-8' }],
    ['gzip under a type of another kind', { 'content-type': 'image/png' }],
  ])('%s', async (_what, headers) => {
    expect(await outcome({ body: text, gzip: true, headers })).toEqual([202, 'taken']);
  });

  test('text that says gzip, unzipped on its way, is taken', async () => {
    expect(await outcome({ body: text, headers: { 'content-encoding': 'gzip' } })).toEqual([202, 'taken']);
  });

  test('gzip in several members is one text', async () => {
    const body = Buffer.concat([gzipSync(text.slice(0, 5)), gzipSync(text.slice(5))]);
    expect(await outcome({ body })).toEqual([202, 'taken']);
  });

  test.each([
    ['cut-off gzip', gzipSync(text).subarray(0, -9), {}, 400, 'invalid_encoding'],
    [
      'gzip of lines that are gzip',
      gzipSync(gzipSync(text)),
      { 'content-type': 'application/x-ndjson' },
      400,
      'invalid_encoding',
    ],
    ['damaged gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3]), {}, 400, 'invalid_encoding'],
    ['gzip of no UTF-8', gzipSync(Buffer.from([0x22, 0xff, 0x22])), {}, 400, 'invalid_encoding'],
    ['no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), {}, 400, 'invalid_encoding'],
    [
      'a surrogate written as UTF-8',
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      {},
      400,
      'invalid_encoding',
    ],
    ['nothing', '', {}, 400, 'invalid_json'],
    ['broken JSON', '{"event_name":"a"', { 'content-type': 'application/json' }, 400, 'invalid_json'],
    ['broken JSON over lines', '{\n "event_name": "a",\n', {}, 400, 'invalid_json'],
    [
      'no JSON under a type that never promised any',
      'a=b',
      { 'content-type': 'text/html' },
      415,
      'unsupported_media_type',
    ],
    ['another encoding', text, { 'content-encoding': 'br' }, 415, 'unsupported_encoding'],
  ])('%s is turned away', async (_what, body, headers, status, code) => {
    expect(await outcome({ body, headers })).toEqual([status, code]);
  });
});

describe('limits', () => {
  const MiB = 1024 * 1024;

  test('a body beyond 4 MiB is a 413', async () => {
    expect(await outcome({ body: Buffer.alloc(4 * MiB + 1, 0x20) })).toEqual([413, 'body_too_large']);
    expect(await outcome({ body: Buffer.alloc(4 * MiB, 0x20) })).toEqual([400, 'invalid_json']);
  });

  test('a zip bomb is a 413', async () => {
    const body = gzipSync(Buffer.alloc(200 * MiB));
    expect(await outcome({ body })).toEqual([413, 'body_too_large']);
  });

  test('8 MiB of text are read', async () => {
    const body = gzipSync(Buffer.from(JSON.stringify(event).padEnd(8 * MiB)));
    expect(await outcome({ body })).toEqual([202, 'taken']);
  });

  test('5,000 events are taken, one more turns the request away', async () => {
    const events = Array.from({ length: 5_000 }, () => event);
    const { status, stream } = await send(native, { body: events });
    expect([status, stream.events().length]).toEqual([202, 5_000]);
    expect(await outcome({ body: [...events, event] })).toEqual([413, 'too_many_events']);
    expect(await outcome({ body: `[${'1,'.repeat(2_000_000)}1]` })).toEqual([413, 'too_many_events']);
    expect(await outcome({ body: `{}\n${'1\n'.repeat(2_000_000)}` })).toEqual([413, 'too_many_events']);
  });
});

test('no answer repeats what was sent', async () => {
  const secret = 'jane@example.com';
  const bodies = [secret, { [secret]: 1 }, [{ event_name: secret.repeat(10) }], { events: [], [secret]: 1 }];
  for (const body of bodies) {
    const { status, collected } = await send(native, { body });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(collected.answer.body).not.toContain(secret);
  }
});

test('what no retry can mend fails the request: no answer is made up', async () => {
  const stream = createFakeStream(() => {
    throw new Error('ResourceNotFoundException');
  });
  await expect(send(native, { body: event }, stream)).rejects.toThrow('ResourceNotFoundException');
});
