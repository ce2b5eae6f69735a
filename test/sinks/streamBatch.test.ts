import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { QuarantineRow } from '../../src/events/envelope.ts';
import { anEvent, aRecord, lineOf, sortedLines } from '../helpers/records.ts';

const rowsOf = (content: readonly string[] | Buffer): QuarantineRow[] =>
  sortedLines([aRecord('100', content)]).quarantine.flatMap(({ chunks }) =>
    Buffer.concat(chunks)
      .toString('utf8')
      .split('\n')
      .slice(0, -1)
      .map((row) => JSON.parse(row)),
  );

const good = lineOf();
const ARRIVED = '2026-11-01T06:30:00.000Z';

describe('what goes to quarantine', () => {
  test('a rejection of the collector becomes the row it describes, by the hour in which it was received', () => {
    const refused = {
      refused: {
        reason: 'event_too_large',
        detail: '600 KB',
        source: 'shop',
        received_at: '2026-11-01T05:00:00.000Z',
      },
      raw: '{"id":9007199254740993}',
    };
    const { quarantine, events } = sortedLines([aRecord('100', [JSON.stringify(refused)])]);

    expect(rowsOf([JSON.stringify(refused)])).toEqual([
      { ...refused.refused, raw: refused.raw, sequence: '100' },
    ]);
    expect(quarantine.map(({ partition }) => partition)).toEqual(['2026-11-01T05']);
    expect(events).toEqual([]);
  });

  test.each([
    ['a cut line', good.slice(0, 40), 'invalid_json'],
    ['an array', '[1]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['no name', lineOf({ event_name: undefined }), 'missing_event_name'],
    ['no time', lineOf({ event_time: undefined }), 'invalid_event_time'],
    ['a day that does not exist', lineOf({ event_time: '2026-02-30T05:10:00.000Z' }), 'invalid_event_time'],
    ['an hour that does not exist', lineOf({ event_time: '2026-02-20T24:10:00.000Z' }), 'invalid_event_time'],
    ['a field too many', lineOf({ colour: 'red' }), 'invalid_event'],
    ['a missing field', lineOf({ session_id: undefined }), 'invalid_event'],
    ['properties that are a list', lineOf({ properties: [] }), 'invalid_event'],
    ['half a character', lineOf().replace('a1', '\\ud83d'), 'invalid_unicode'],
    ['more than an hour ahead', lineOf({ event_time: '2026-11-01T06:10:01.001Z' }), 'future_event_time'],
    ['a damaged rejection', '{"refused":{"reason":"whatever"},"raw":1}', 'invalid_event'],
  ])('%s: the line as it came, with its reason', (_what, line, reason) => {
    const rows = rowsOf([good, line]);

    expect(rows).toMatchObject([{ reason, raw: line, sequence: '100' }]);
    expect(rows[0]?.detail).not.toBe('');
  });

  test.each([
    ['an hour ahead to the millisecond', lineOf({ event_time: '2026-11-01T06:10:01.000Z' })],
    ['a whole pair of surrogates', lineOf().replace('a1', '\\ud83d\\ude00')],
    ['an escaped backslash before what looks like a surrogate', lineOf().replace('a1', '\\\\ud83d')],
    ['long ago', lineOf({ event_time: '1999-12-31T23:59:59.999Z' })],
  ])('%s is no reason', (_what, line) => {
    expect(rowsOf([line])).toEqual([]);
  });

  test('half a character hides behind no escaped backslash', () => {
    const line = lineOf().replace('a1', '\\ud83d\\\\\\ude00');
    expect(rowsOf([line])).toMatchObject([{ reason: 'invalid_unicode' }]);
  });

  test('a row of a damaged event keeps its source and time where they can be read, else the arrival in the stream', () => {
    const [known, unknown] = rowsOf([lineOf({ event_name: '' }), '{"cut', good]);

    expect(known).toMatchObject({ source: 'shop', received_at: '2026-11-01T05:10:01.000Z' });
    expect(unknown).toMatchObject({ source: null, received_at: ARRIVED });
  });

  test('a line that is not UTF-8 goes as base64, its neighbours land', () => {
    const bad = Buffer.concat([
      Buffer.from(good.slice(0, 50)),
      Buffer.from([0xff]),
      Buffer.from(good.slice(50)),
    ]);
    const data = Buffer.concat([Buffer.from(`${good}\n`), bad, Buffer.from(`\n${good}\n`)]);
    const { events } = sortedLines([aRecord('100', data)]);

    expect(rowsOf(data)).toMatchObject([{ reason: 'invalid_unicode', raw: bad.toString('base64') }]);
    expect(events).toMatchObject([{ rows: 2 }]);
  });

  test('what is not UTF-8 does not hide in the text of an event that is well otherwise', () => {
    const bad = Buffer.from(`${good.replace('a1', 'a\x01')}\n`).map((byte) => (byte === 1 ? 0xff : byte));
    const data = Buffer.concat([Buffer.from(`${good}\n`), bad]);

    expect(rowsOf(data)).toMatchObject([
      { reason: 'invalid_unicode', raw: Buffer.from(bad.subarray(0, -1)).toString('base64') },
    ]);
    expect(sortedLines([aRecord('100', data)]).events).toMatchObject([{ rows: 1 }]);
  });

  test('a record of bytes that are not text at all is one row, as base64', () => {
    const data = Buffer.from([0xf3, 0x89, 0x9a, 0xc2, 0x0a, 0xff, 0x0a, 0x00]);

    expect(rowsOf(data)).toEqual([
      {
        reason: 'not_ndjson',
        detail: expect.stringContaining('base64'),
        raw: data.toString('base64'),
        source: null,
        received_at: ARRIVED,
        sequence: '100',
      },
    ]);
    expect(sortedLines([aRecord('100', data)]).lines).toBe(1);
  });

  test('a record of several lines none of which is JSON is one row, as text', () => {
    const csv = ['id,name', '1,Ä'];
    expect(rowsOf(csv)).toMatchObject([{ reason: 'not_ndjson', raw: 'id,name\n1,Ä\n' }]);
  });

  test('a record of nothing but rejections of the collector is not poison, whatever their reasons', () => {
    const rejection = (raw: string) =>
      JSON.stringify({
        refused: {
          reason: 'invalid_json',
          detail: 'd',
          source: 's',
          received_at: '2026-11-01T05:00:00.000Z',
        },
        raw,
      });
    expect(rowsOf([rejection('{'), rejection('}')])).toMatchObject([
      { reason: 'invalid_json', raw: '{' },
      { reason: 'invalid_json', raw: '}' },
    ]);
  });

  test('a text that no reader could take is written well-formed', () => {
    const line =
      '{"refused":{"reason":"invalid_unicode","detail":"d","source":"s","received_at":"2026-11-01T05:00:00.000Z"},"raw":"\\ud800x"}';
    expect(rowsOf([line])).toMatchObject([{ raw: '\ufffdx' }]);
  });
});

describe('conservation', () => {
  const line = fc.oneof(
    fc.constant(good),
    fc
      .date({ min: new Date('2020-01-01'), max: new Date('2026-11-01'), noInvalidDate: true })
      .map((day) => JSON.stringify(anEvent({ event_time: day.toISOString() }))),
    fc.json(),
    fc.string().map((text) => text.replaceAll('\n', '')),
  );

  test('every line of any batch is in exactly one pile, and piles hold as many lines as they say', () => {
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 5 }), (batch) => {
        const sorted = sortedLines(batch.map((lines, index) => aRecord(`${index}`, lines)));
        const piles = [...sorted.events, ...sorted.quarantine];
        for (const { rows, chunks } of piles) {
          const text = Buffer.concat(chunks).toString('utf8');
          expect(text.split('\n')).toHaveLength(rows + 1);
        }
        expect(piles.reduce((sum, { rows }) => sum + rows, 0)).toBe(sorted.lines);
      }),
      { seed: 20261101, numRuns: 300 },
    );
  });

  test('lines that are proven lie where the full check would put them: with a space after each, none is proven', () => {
    const shown = (batch: readonly string[][], end: string) => {
      const records = batch.map((lines, index) =>
        aRecord(
          `${index}`,
          lines.map((each) => each + end),
        ),
      );
      const { lines, events, quarantine } = sortedLines(records);
      const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8');
      return {
        lines,
        events: events.map(({ chunks, ...pile }) => ({
          ...pile,
          text: text(chunks).replaceAll(`${end}\n`, '\n'),
        })),
        refused: quarantine.map(({ chunks, ...pile }) => ({
          ...pile,
          reasons: [...text(chunks).matchAll(/"reason":"(\w+)"/g)].map(([, reason]) => reason),
        })),
      };
    };
    // Blank lines are counted nowhere; with the space they are none that differ.
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 5 }), (batch) => {
        expect(shown(batch, ' ')).toEqual(shown(batch, ''));
      }),
      { seed: 20261101, numRuns: 300 },
    );
  });

  test('neighbouring lines of one hour go over in one piece, records and all', () => {
    const bytes = Buffer.from(`${good}\n`.repeat(6));
    const [first, second] = [0, 2].map((at) =>
      bytes.subarray(at * (good.length + 1), (at + 2) * (good.length + 1)),
    );
    const batch = [aRecord('1', first ?? bytes), aRecord('2', second ?? bytes)];
    const [pile] = sortedLines(batch).events;

    expect(pile).toMatchObject({ rows: 4, firstRecord: 0 });
    expect(pile?.chunks).toEqual([bytes.subarray(0, 4 * (good.length + 1))]);
  });

  test('lines that only seem to be neighbours, in memory of their own, each go over', () => {
    const alone = (offset: number, text: string): Buffer => {
      const memory = Buffer.from(new ArrayBuffer(offset + text.length), offset);
      memory.write(text);
      return memory;
    };
    const [first, second] = [lineOf({ event_id: 'e1' }), lineOf({ event_id: 'e2' })];
    const batch = [
      aRecord('1', alone(0, `${first}\n`)),
      aRecord('2', alone(first.length + 1, `${second}\n`)),
    ];
    const [pile] = sortedLines(batch).events;

    expect(Buffer.concat(pile?.chunks ?? []).toString('utf8')).toBe(`${first}\n${second}\n`);
  });
});
