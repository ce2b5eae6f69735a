import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import { send } from '../helpers/collector.ts';
import { fc } from '../helpers/fastCheck.ts';
import { numberText } from '../properties/support/jsonText.ts';

const ndjson = { 'content-type': 'application/x-ndjson' };
const json = { 'content-type': 'application/json' };
const event = (id: string, more = ''): string =>
  `{"event_id":"${id}","event_name":"greeted","properties":{"to":"Zürich"${more}}}`;

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const bigEndian = (text: string): Buffer => utf16(text).swap16();
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const euckr = Buffer.concat([
  Buffer.from('{"event_name":"greeted","properties":{"to":"'),
  Buffer.from([0xbc, 0xad, 0xbf, 0xef]),
  Buffer.from('"}}'),
]);

const bad: [string, Buffer, string][] = [
  ['Latin-1', latin1(event('bad')), 'Latin-1'],
  ['UTF-16 with its mark', utf16(`\ufeff${event('bad')}`), 'UTF-16 (little-endian)'],
  ['UTF-16 without it', utf16(event('bad')), 'UTF-16 (little-endian)'],
  ['big-endian UTF-16 with its mark', bigEndian(`\ufeff${event('bad')}`), 'UTF-16 (big-endian)'],
  ['big-endian UTF-16 without it', bigEndian(event('bad')), 'UTF-16 (big-endian)'],
  ['EUC-KR', euckr, 'EUC-KR'],
  ['a character that is cut off', Buffer.from('{"event_name":"서').subarray(0, -1), 'cut off'],
];

const lf = Buffer.from('\n');
const nul = Buffer.from([0]);
const goodLine = (id: string): Buffer => Buffer.from(event(id));

describe('a line that is not UTF-8', () => {
  test.each(bad)(
    '%s: is rejected by itself, its encoding is named, its bytes are kept',
    async (_what, line, name) => {
      for (const headers of [ndjson, json, {}]) {
        const body = Buffer.concat([goodLine('a'), lf, line, lf, goodLine('b'), lf]);
        const { status, body: answer, stream } = await send(native, { body, headers });
        expect(status).toBe(207);
        expect(answer).toMatchObject({
          accepted: 2,
          refused: 1,
          results: [{ status: 202 }, { status: 422 }, { status: 202 }],
        });
        const [rejected] = stream.refused();
        expect(rejected?.refused).toMatchObject({
          reason: 'invalid_unicode',
          detail: expect.stringContaining(name),
        });
        expect(Buffer.from(rejected?.raw ?? '', 'base64')).toEqual(line);
        expect(stream.events().map(({ event_id, properties }) => [event_id, properties.to])).toEqual([
          ['a', 'Zürich'],
          ['b', 'Zürich'],
        ]);
      }
    },
  );

  test.each(bad)('%s: may be the first, and may be zipped', async (_what, line) => {
    const body = Buffer.concat([line, lf, goodLine('a')]);
    const { status, stream } = await send(native, { body, headers: ndjson, gzip: true });
    expect([status, stream.events().length, stream.refused().length]).toEqual([207, 1, 1]);
  });

  test('ends where its line feed does, both bytes of it: the line after it is whole', async () => {
    const body = Buffer.concat([goodLine('a'), lf, utf16(event('bad')), lf, nul, goodLine('b'), lf]);
    const { stream } = await send(native, { body, headers: ndjson });
    expect(stream.events().map(({ event_id }) => event_id)).toEqual(['a', 'b']);
    expect(stream.refused()).toHaveLength(1);
  });

  test('is one of many where all are: as many rejections as lines, with the byte order mark or without', async () => {
    const text = `${event('a')}\r\n${event('b')}\r\n${event('c')}\r\n`;
    for (const body of [utf16(text), utf16(`\ufeff${text}`), bigEndian(text), bigEndian(`\ufeff${text}`)]) {
      const { status, body: answer, stream } = await send(native, { body, headers: ndjson });
      expect([status, answer.results.length, stream.refused().length]).toEqual([422, 3, 3]);
      for (const { refused } of stream.refused()) expect(refused.detail).toContain('UTF-16');
    }
  });
});

describe('a body in one piece that is not UTF-8', () => {
  test.each(bad)('%s: is a 400 that names the encoding, and nothing is taken', async (_what, body, name) => {
    const list = [Buffer.from('[\n'), body, Buffer.from('\n]')];
    for (const whole of [body, Buffer.concat([body, lf]), Buffer.concat(list)]) {
      const { status, body: answer, stream } = await send(native, { body: whole, headers: json });
      expect([status, answer.error.code, stream.calls]).toEqual([400, 'invalid_encoding', []]);
      if (whole === body) expect(answer.error.message).toContain(name);
    }
  });

  test("of Segment's paths is a 400 too", async () => {
    const batch = segment('batch', new Set());
    const body = latin1('{"batch":[{"type":"track","event":"Zürich"}]}\n{}');
    const { status, body: answer } = await send(batch, { body });
    expect([status, answer.error.message]).toEqual([400, expect.stringContaining('Latin-1')]);
  });
});

describe('a body that API Gateway has made text of by its content type alone', () => {
  test('is a 415 that says what to do if it was zipped', async () => {
    const { status, body, collected, stream } = await send(native, {
      body: event('a'),
      gzip: true,
      asText: true,
      headers: { ...json, 'content-encoding': 'gzip' },
    });
    expect([status, body.error.code, collected.problem, stream.calls]).toEqual([
      415,
      'damaged_body',
      'damaged_body',
      [],
    ]);
    expect(body.error.message).toContain('application/x-ndjson');
  });

  test('has the same answer on every path, with the headers of a zip or without', async () => {
    for (const protocol of [native, segment('batch', new Set()), segment('track', new Set())]) {
      const { status } = await send(protocol, { body: event('a'), gzip: true, asText: true });
      expect(status).toBe(415);
    }
  });

  test('rejects the lines in which bytes were replaced, and no other', async () => {
    const body = Buffer.concat([goodLine('a'), lf, latin1(event('bad')), lf, goodLine('b')]);
    const { status, body: answer, stream } = await send(native, { body, asText: true, headers: json });
    expect([status, answer.accepted, answer.results[1].reason]).toEqual([207, 2, 'invalid_unicode']);
    expect(stream.refused()[0]?.refused.detail).toContain('U+FFFD');
  });

  test('keeps a replacement character that was sent as one', async () => {
    const body = event('a').replace('Zürich', 'Z\ufffdrich');
    const { status, stream } = await send(native, { body, asText: true });
    expect([status, stream.events()[0]?.properties]).toEqual([202, { to: 'Z\ufffdrich' }]);
  });

  test('is read as it is where no length was said, as in chunks', async () => {
    const headers = { 'content-length': '' };
    const body = event('a').replace('Zürich', 'Z\ufffdrich');
    expect((await send(native, { body, asText: true, headers })).status).toBe(202);
  });
});

describe('any bytes as NDJSON', () => {
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
    numberText.map((text) => Buffer.from(`{"event_name":"n","properties":{"n":${text}}}`)),
    numberText.map((text) => Buffer.from(`{"card":"${text}",}`)),
    numberText.map((text) => Buffer.from(`${text} INFO started`)),
    fc.constantFrom(...bad.map(([, bytes]) => bytes), goodLine('g')),
  );

  test('never fail the request: each line is taken, or in quarantine with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.boolean(), async (some, gzip) => {
        const body = Buffer.concat(
          [goodLine('first'), ...some, goodLine('last')].flatMap((one) => [one, lf]),
        );
        const { status, body: answer, stream } = await send(native, { body, headers: ndjson, gzip });
        expect([202, 207]).toContain(status);
        const all = answer.accepted + (answer.refused ?? 0);
        expect(stream.events().length + stream.refused().length).toBe(all);
        const ids = stream.events().map(({ event_id }) => event_id);
        expect(ids.filter((id) => id === 'first' || id === 'last')).toEqual(['first', 'last']);
      }),
      { numRuns: 600 },
    );
  });

  test('cut anywhere never fail it either', async () => {
    const whole = Buffer.concat(bad.flatMap(([, bytes]) => [bytes, lf, goodLine('g'), lf]));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(whole.length), async (from, to) => {
        const { status } = await send(native, { body: whole.subarray(from, to), headers: ndjson });
        expect([202, 207, 400, 422]).toContain(status);
      }),
      { numRuns: 500 },
    );
  });

  test('are zipped or not the same lines', async () => {
    const body = Buffer.concat([goodLine('a'), lf, latin1(event('bad')), lf]);
    const [plain, zipped] = [body, gzipSync(body)].map((one) => send(native, { body: one }));
    expect((await zipped)?.stream.text()).toBe((await plain)?.stream.text());
  });
});
