import { isUtf8 } from 'node:buffer';
import { expect, test } from '@jest/globals';
import { flawOf } from '../../src/json/parse.ts';
import { EventProof } from '../../src/sinks/eventProof.ts';
import { checkLine } from '../../src/sinks/lineCheck.ts';
import { jsonTestSuite } from '../helpers/jsonTestSuite.ts';
import { buildLines, HOUR } from '../helpers/rawLines.ts';
import { aRecord, lineOf, sortedLines } from '../helpers/records.ts';

const suite = jsonTestSuite();
const withSuite = suite === undefined ? test.skip : test;
const texts = suite ?? [];

/** The text as a value among an event's properties. */
const [before = '', after = ''] = lineOf({ event_id: 'suite', properties: { value: '@' } }).split('"@"');
const inEvent = (text: Buffer): Buffer => Buffer.concat([Buffer.from(before), text, Buffer.from(after)]);

/** Names of what was judged otherwise than `kind` asks for. */
const misjudged = (kind: string, wanted: boolean, judge: (text: Buffer) => boolean): string[] =>
  texts.filter(({ name, bytes }) => name.startsWith(kind) && judge(bytes) !== wanted).map(({ name }) => name);

const isJson = (text: Buffer): boolean => {
  const verdict = checkLine(text);
  return verdict.event || verdict.unreadable === null;
};

withSuite('a line that must parse is read as JSON, one that must not is rejected as none', () => {
  expect(texts.length).toBe(318);
  expect(misjudged('y_', true, isJson)).toEqual([]);
  expect(misjudged('n_', false, isJson)).toEqual([]);
});

withSuite('an event is taken with any property that must parse, and with none that must not', () => {
  const taken = (text: Buffer): boolean => checkLine(inEvent(text)).event;
  expect(misjudged('y_', true, taken)).toEqual([]);
  expect(misjudged('n_', false, taken)).toEqual([]);
});

withSuite('what is proven by its bytes parses, and much of what parses is proven', () => {
  const proof = new EventProof();
  const isProven = (text: Buffer): boolean => {
    const data = Buffer.concat([inEvent(text), Buffer.from('\n')]);
    return isUtf8(data) && proof.after(data, 0) === data.length;
  };
  expect(misjudged('n_', false, isProven)).toEqual([]);
  expect(texts.filter(({ bytes }) => isProven(bytes) && !checkLine(inEvent(bytes)).event)).toEqual([]);
  expect(texts.filter(({ name, bytes }) => name.startsWith('y_') && isProven(bytes)).length).toBeGreaterThan(
    60,
  );
});

withSuite(
  'what is left open: halves of characters and what is not UTF-8 are rejected, the rest is taken',
  () => {
    const refused = texts
      .filter(({ name }) => name.startsWith('i_'))
      .flatMap(({ name, bytes }) => {
        const verdict = checkLine(inEvent(bytes));
        return verdict.event ? [] : [[name.slice(2, -5), verdict.row.reason]];
      });
    expect(refused).toMatchInlineSnapshot(`
[
  [
    "object_key_lone_2nd_surrogate",
    "invalid_unicode",
  ],
  [
    "string_1st_surrogate_but_2nd_missing",
    "invalid_unicode",
  ],
  [
    "string_1st_valid_surrogate_2nd_invalid",
    "invalid_unicode",
  ],
  [
    "string_UTF-16LE_with_BOM",
    "invalid_unicode",
  ],
  [
    "string_UTF-8_invalid_sequence",
    "invalid_unicode",
  ],
  [
    "string_UTF8_surrogate_U+D800",
    "invalid_unicode",
  ],
  [
    "string_incomplete_surrogate_and_escape_valid",
    "invalid_unicode",
  ],
  [
    "string_incomplete_surrogate_pair",
    "invalid_unicode",
  ],
  [
    "string_incomplete_surrogates_escape_valid",
    "invalid_unicode",
  ],
  [
    "string_invalid_lonely_surrogate",
    "invalid_unicode",
  ],
  [
    "string_invalid_surrogate",
    "invalid_unicode",
  ],
  [
    "string_invalid_utf-8",
    "invalid_unicode",
  ],
  [
    "string_inverted_surrogates_U+1D11E",
    "invalid_unicode",
  ],
  [
    "string_iso_latin_1",
    "invalid_unicode",
  ],
  [
    "string_lone_second_surrogate",
    "invalid_unicode",
  ],
  [
    "string_lone_utf8_continuation_byte",
    "invalid_unicode",
  ],
  [
    "string_not_in_unicode_range",
    "invalid_unicode",
  ],
  [
    "string_overlong_sequence_2_bytes",
    "invalid_unicode",
  ],
  [
    "string_overlong_sequence_6_bytes",
    "invalid_unicode",
  ],
  [
    "string_overlong_sequence_6_bytes_null",
    "invalid_unicode",
  ],
  [
    "string_truncated-utf-8",
    "invalid_unicode",
  ],
  [
    "string_utf16BE_no_BOM",
    "invalid_unicode",
  ],
  [
    "string_utf16LE_no_BOM",
    "invalid_unicode",
  ],
  [
    "structure_500_nested_arrays",
    "invalid_event",
  ],
  [
    "structure_UTF-8_BOM_empty_object",
    "invalid_json",
  ],
]
`);
  },
);

withSuite('a build takes every line that landing took: the two agree on what an event is', async () => {
  // As in the stream: a text with line feeds is several lines, none of which is an event.
  const records = texts.map(({ bytes }, index) =>
    aRecord(String(100 + index), Buffer.concat([inEvent(bytes), Buffer.from('\n')])),
  );
  const { events } = sortedLines(records);
  const rows = events.flatMap(({ partition, chunks }) =>
    partition === HOUR
      ? chunks.flatMap((chunk) => Buffer.from(chunk).toString('utf8').split('\n').slice(0, -1))
      : [],
  );
  const unique = rows.map((row, index) => row.replace('"event_id":"suite"', `"event_id":"suite-${index}"`));
  const built = await buildLines(...unique);
  expect(rows.length).toBeGreaterThan(95);
  expect([built.curated, built.duplicates, built.rejected]).toEqual([rows.length, 0, 0]);
});

withSuite('landing and the collector name the same flaw of a text that parses', () => {
  const doubtful = texts.filter(({ bytes }) => {
    const verdict = checkLine(inEvent(bytes));
    if (!verdict.event && verdict.unreadable !== null) return false;
    const flaw = flawOf(JSON.parse(inEvent(bytes).toString('utf8')));
    return verdict.event === (flaw !== undefined);
  });
  expect(doubtful).toEqual([]);
});
