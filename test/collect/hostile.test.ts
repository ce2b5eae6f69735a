import { spawnSync } from 'node:child_process';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { bodyOf } from '../../src/collect/body.ts';
import { MAX_BODY_BYTES, MAX_TEXT_BYTES } from '../../src/collect/limits.ts';
import { native } from '../../src/collect/protocols/native.ts';
import type { Protocol } from '../../src/collect/request.ts';
import { MAX_DEPTH } from '../../src/json/parse.ts';
import { checkLine } from '../../src/sinks/lineCheck.ts';
import { protocols, send } from '../helpers/collector.ts';
import { buildLines, line, parquetRows } from '../helpers/rawLines.ts';

const MiB = 1024 * 1024;
const lines = { 'content-type': 'application/x-ndjson' };

/** So many MiB of nothing, zipped: about a thousandth of it. */
const zipped = async (mebibytes: number): Promise<Buffer> => {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const block = Buffer.alloc(MiB, ' ');
  for (let i = 0; i < mebibytes; i += 1) {
    if (!gzip.write(block)) await new Promise((drained) => gzip.once('drain', drained));
  }
  await new Promise<void>((ended) => gzip.end(() => ended()));
  return Buffer.concat(parts);
};

const request = (body: Uint8Array) => ({ headers: new Map<string, string>(), body });

describe('a zip bomb', () => {
  test('is let go where the limit is: memory does not grow with what it would become', async () => {
    const bomb = await zipped(256);
    expect(bomb.length).toBeLessThan(MAX_BODY_BYTES);
    // In a process of its own, whose memory nobody else uses.
    const script = `
      import { bodyOf } from './src/collect/body.ts';
      import { readFileSync } from 'node:fs';
      const body = readFileSync(0);
      const before = process.resourceUsage().maxRSS;
      const found = bodyOf({ headers: new Map(), body });
      console.log(JSON.stringify({ found, grownKiB: process.resourceUsage().maxRSS - before }));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { input: bomb });
    const { found, grownKiB } = JSON.parse(stdout.toString());
    expect(found).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(grownKiB).toBeLessThan((4 * MAX_TEXT_BYTES) / 1024);
  }, 30_000);

  test('of many members, each small, is one body: the limit is of them together', () => {
    const member = gzipSync(Buffer.alloc(MiB, ' '));
    const many = (n: number) => Buffer.concat(Array.from({ length: n }, () => member));
    expect(bodyOf(request(many(8)))).toHaveProperty('text');
    expect(bodyOf(request(many(9)))).toMatchObject({ code: 'body_too_large' });
  });

  test('inside a zip is a problem: a body is unzipped once, and what comes out is not text', () => {
    const twice = gzipSync(gzipSync('{"event_name":"x"}'));
    expect(bodyOf(request(twice))).toMatchObject({ status: 400, code: 'invalid_encoding' });
  });

  test('inside a zip is refused by its name', async () => {
    const { status, body } = await send(native, { body: gzipSync(gzipSync('{"event_name":"x"}')) });
    expect([status, body.error.code]).toEqual([400, 'invalid_encoding']);
    expect(body.error.message).toContain('gzip');
  });

  test('whose unzipped text is one byte too large is refused, and one of just the limit is not', () => {
    expect(bodyOf(request(gzipSync(Buffer.alloc(MAX_TEXT_BYTES, ' '))))).toHaveProperty('text');
    expect(bodyOf(request(gzipSync(Buffer.alloc(MAX_TEXT_BYTES + 1, ' '))))).toMatchObject({ status: 413 });
  });
});

/** An event whose deepest object or list stands so many levels down, itself counted. */
const nested = (levels: number, open = '{"a":', close = '}', inmost = '1'): string =>
  `{"event_name":"deep","properties":{"x":${open.repeat(levels - 2)}${inmost}${close.repeat(levels - 2)}}}`;

describe('an event that is nested deeply', () => {
  test.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
  ])(
    'of %s is taken to 64 levels; the next is rejected for itself, and kept as it was sent',
    async (_, open, close) => {
      const [fits, deeper] = [nested(MAX_DEPTH, open, close), nested(MAX_DEPTH + 1, open, close)];
      const { body, stream } = await send(native, { body: `${fits}\n${deeper}`, headers: lines });
      expect(body.results).toEqual([
        { index: 0, event_id: 'id-1', status: 202 },
        {
          index: 1,
          status: 422,
          reason: 'invalid_event',
          detail: 'the event is nested deeper than 64 levels',
        },
      ]);
      expect(stream.refused().map(({ raw }) => raw)).toEqual([deeper]);
    },
  );

  test.each(['POST /v1/events', 'POST /v1/track', 'POST /v1/batch'])(
    'overflows no stack of %s, by whatever it is deep',
    async (route) => {
      const protocol = protocols().get(route);
      if (protocol === undefined) throw new Error('no such route');
      const levels = 50_000;
      const wide = '12345678901234567890';
      for (const [open, close] of [
        ['{"a":', '}'],
        ['[', ']'],
        ['{"\\u0061":', '}'],
      ] as const) {
        const deep = `${open.repeat(levels)}${wide}${close.repeat(levels)}`;
        for (const body of [
          deep,
          `{"batch":[${deep}]}`,
          `{"events":[${deep}],"context":${deep}}`,
          `[${deep}]`,
        ]) {
          const { status } = await send(protocol, { body });
          expect([200, 207, 400, 422]).toContain(status);
        }
      }
    },
    60_000,
  );

  test('goes through the build and out of it, moved by the collector as deep as it may be', async () => {
    // A field beside properties that have it already stands two levels deeper afterwards.
    const inside = '['.repeat(MAX_DEPTH - 1) + ']'.repeat(MAX_DEPTH - 1);
    const { stream } = await send(native, {
      body: `{"event_name":"deep","x":${inside},"properties":{"x":1}}`,
    });
    const text = stream.text().trimEnd();
    expect(checkLine(Buffer.from(text))).toMatchObject({ event: true });
    const { properties } = JSON.parse(text);
    const built = await buildLines(line({ properties: JSON.stringify(properties) }));
    const rows = await parquetRows(
      built.parquetPath,
      "SELECT json_extract(properties, '$._outer.x')::VARCHAR AS x FROM $1",
    );
    expect(rows).toEqual([{ x: inside }]);
  });

  test('past the collector lands in quarantine, so that no reader of raw/ meets it', () => {
    for (const levels of [67, 1_000, 80_000]) {
      const properties = `${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels - 1)}`;
      const verdict = checkLine(Buffer.from(line({ properties })));
      expect(verdict).toMatchObject({ event: false, row: { reason: 'invalid_event', source: 'web' } });
    }
    const braces = line({ properties: JSON.stringify({ a: '{['.repeat(1_000) }) });
    expect(checkLine(Buffer.from(braces))).toMatchObject({ event: true });
  });
});

describe('a body of nothing but braces', () => {
  test('is refused before it becomes objects, which take a hundred times the memory', () => {
    const objects = (n: number) => gzipSync(`[${'{},'.repeat(n - 2)}{}]`);
    expect(bodyOf(request(objects(1_000_000)))).toHaveProperty('text');
    expect(bodyOf(request(objects(1_000_001)))).toMatchObject({ status: 413, code: 'too_many_values' });
    expect(bodyOf(request(gzipSync('['.repeat(1_000_001))))).toMatchObject({ code: 'too_many_values' });
  });

  test('costs a stranger nothing but the look at his missing key, where no body can hold one', async () => {
    const read: Protocol['read'] = () => {
      throw new Error('the body was looked at');
    };
    const { status } = await send({ ...native, read }, { body: '{}', key: null });
    expect(status).toBe(401);
  });
});

describe('an answer', () => {
  test('repeats nothing that was sent but the id of an event, and is nothing that a browser takes for a page', async () => {
    const markup = '<script>alert(1)</script>';
    const planted = {
      event_name: markup.repeat(10),
      event_time: markup,
      sent_at: markup,
      user_id: [markup],
      [markup]: markup,
      context: markup,
    };
    const bodies = [
      JSON.stringify(planted),
      JSON.stringify({ ...planted, event_name: 'x' }),
      JSON.stringify({ event_name: 'x', event_time: markup }),
      JSON.stringify({ event_name: 'x', user_id: [markup] }),
      JSON.stringify({ event_name: 'x', event_id: [markup] }),
      JSON.stringify({ events: [planted], [markup]: 1 }),
      JSON.stringify({ events: [], context: markup }),
      JSON.stringify({ batch: markup, type: markup, event: markup }),
      markup,
      `{"${markup}`,
    ];
    for (const protocol of protocols().values()) {
      for (const body of bodies) {
        for (const headers of [{}, lines, { 'content-type': markup }, { 'content-encoding': markup }]) {
          const { collected } = await send(protocol, { body, headers });
          expect(collected.answer.body).not.toContain('script');
          expect(collected.answer.headers).toMatchObject({
            // The last two: what Snowplow's trackers are answered, always the same bytes.
            'content-type': expect.stringMatching(
              /^(application\/json|image\/gif|text\/plain; charset=utf-8)$/,
            ),
            'x-content-type-options': 'nosniff',
          });
        }
      }
      const { collected } = await send(protocol, { body: '{}', key: markup });
      expect(JSON.stringify(collected)).not.toContain('script');
    }
  });
});
