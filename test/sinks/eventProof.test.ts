import { isUtf8 } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_FUTURE_MS } from '../../src/events/envelope.ts';
import { NONE } from '../../src/json/bytes.ts';
import { EventProof } from '../../src/sinks/eventProof.ts';
import { checkLine } from '../../src/sinks/lineCheck.ts';
import { anEvent, lineOf } from '../helpers/records.ts';

/** One for all, as in landing: what it remembers of a line must not help the next. */
const proof = new EventProof();

const isProven = (line: string): boolean => proof.after(Buffer.from(`${line}\n`), 0) !== NONE;

/** Times around the turn of an hour, so that event and arrival are of one hour or of two, in either order. */
const time = fc
  .integer({ min: -3_700_000, max: 3_700_000 })
  .map((ms) => new Date(Date.parse('2026-11-01T05:00:00.000Z') + ms).toISOString());

const texts = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.string({ minLength: 1 }),
);
const anObject = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 }), {
  maxKeys: 4,
});

const event = fc
  .record({
    event_id: texts,
    event_name: texts,
    event_time: time,
    received_at: time,
    user_id: fc.option(texts),
    session_id: fc.option(fc.string()),
    context: anObject,
    properties: anObject,
  })
  .map(anEvent);

/** What is of meaning to JSON or to a field, and what is of none. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...'{}[]",:\\0159.-+eE tfnu/Z\t\r\n\0',
    '\\u',
    '\\ud83d',
    '\\"',
    'null',
    '1e5',
    ',"a":1',
    ',,',
    '""',
  ),
  fc.string({ maxLength: 3 }),
  fc.constantFrom(...Object.keys(anEvent()).map((name) => `"${name}":`)),
);

/** Something else in place of some characters: anywhere, or where a character stands that matters. */
const change = fc.record({
  at: fc.nat(),
  near: fc.constantFrom('', ...'{}[]",:\\50-.etfnu'),
  removed: fc.nat(3),
  piece: pieces,
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const changed = (line: string, changes: readonly Change[]): string =>
  changes.reduce((text, { at, near, removed, piece }) => {
    const from = at % (text.length + 1);
    const place = Math.max(text.indexOf(near, from), 0);
    return text.slice(0, place) + piece + text.slice(place + removed);
  }, line);

describe('a proof', () => {
  test('is never given of what the full check refuses, nor of another hour, nor beyond the line', () => {
    const seen = { proven: 0, unproven: 0, rejected: 0 };
    fc.assert(
      fc.property(event, fc.array(change, { maxLength: 2 }), (value, changes) => {
        const data = Buffer.from(`${changed(JSON.stringify(value), changes)}\n`);
        const line = data.subarray(0, data.indexOf(0x0a));
        const verdict = checkLine(line);
        if (!verdict.event) seen.rejected += 1;
        const end = isUtf8(data) ? proof.after(data, 0) : NONE;
        if (end === NONE) seen.unproven += 1;
        else {
          seen.proven += 1;
          expect(end).toBe(line.length + 1);
          expect(verdict).toEqual({ event: true, partition: proof.partition });
        }
      }),
      { seed: 20261101, numRuns: 10_000 },
    );
    // All were tried: lines that are proven, lines that are not, and lines that must not be.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1_000);
  });

  test('is given of every event as JSON.stringify writes it that does not lie ahead by more than an hour', () => {
    fc.assert(
      fc.property(event, (value) => {
        const { event_time: at, received_at: received } = value;
        const line = JSON.stringify(value);
        expect(isProven(line)).toBe(Date.parse(String(at)) - Date.parse(String(received)) <= MAX_FUTURE_MS);
      }),
      { seed: 20261101, numRuns: 3_000 },
    );
  });

  test.each([
    ['a space between tokens', lineOf().replace(',"context"', ', "context"')],
    ['a carriage return at the end', `${lineOf()}\r`],
    [
      'fields in another order',
      lineOf().replace('"user_id":null,"anonymous_id":"a1"', '"anonymous_id":"a1","user_id":null'),
    ],
    ['a character written as two halves', lineOf().replace('a1', '\\ud83d\\ude00')],
    ['a field twice', lineOf().replace('"user_id":null', '"user_id":null,"user_id":null')],
    ['a version to come', lineOf({ schema_version: '2' })],
    ['levels beyond 32', lineOf().replace('"https://shop.example/"', '['.repeat(32) + ']'.repeat(32))],
    ['an id of many bytes and few characters', lineOf({ event_id: 'ä'.repeat(129) })],
  ])('is not given of %s, and the event lands all the same', (_what, line) => {
    expect(isProven(line)).toBe(false);
    expect(checkLine(Buffer.from(line)).event).toBe(true);
  });

  test.each([
    ['an id of 257 characters', lineOf({ event_id: 'x'.repeat(257) })],
    ['a name of 129 characters', lineOf({ event_name: 'x'.repeat(129) })],
    ['an empty id', lineOf({ event_id: '' })],
    ['an empty name', lineOf({ event_name: '' })],
    ['an empty source', lineOf({ source: '' })],
    ['a day that does not exist', lineOf({ event_time: '2026-02-30T05:10:00.000Z' })],
    ['an hour that does not exist', lineOf({ event_time: '2026-11-01T24:10:00.000Z' })],
    ['a minute that does not exist', lineOf({ event_time: '2026-11-01T05:60:00.000Z' })],
    ['a second that does not exist', lineOf({ event_time: '2026-11-01T05:10:60.000Z' })],
    ['an event that is ahead by more than an hour', lineOf({ event_time: '2026-11-01T06:10:01.001Z' })],
    ['half a character', lineOf().replace('a1', '\\ud83d')],
    ['an escape that does not exist', lineOf().replace('a1', '\\x')],
    ['an escape of three digits', lineOf().replace('"a1"', '"\\u00e"')],
    ['an escape whose fourth digit is none', lineOf().replace('a1', '\\u00ex')],
    ['a tab as it is', lineOf().replace('a1', '\t')],
    ['a field too many', lineOf({ colour: 'red' })],
    ['a context that is a list', lineOf({ context: [] })],
    ['properties that are null', lineOf({ properties: null })],
    ['a comma too many in an object', lineOf().replace('example/"}', 'example/",}')],
    ['a comma too few', lineOf().replace('"context":{},', '"context":{}')],
    ['a comma too many in a list', lineOf({ properties: { list: [1] } }).replace('[1]', '[1,]')],
    ['a number that begins with 0', lineOf({ properties: { n: 12 } }).replace('12', '012')],
    ['a number that ends with a point', lineOf({ properties: { n: 12 } }).replace('12', '12.')],
    ['an exponent without digits', lineOf({ properties: { n: 12 } }).replace('12', '12e+')],
    ['a lone minus', lineOf({ properties: { n: 12 } }).replace('12', '-')],
    ['a word that is none', lineOf({ properties: { n: true } }).replace('true', 'trux')],
    ['a bracket that closes a brace', lineOf().replace('example/"}', 'example/"]')],
    ['a brace that closes a bracket', lineOf({ properties: { list: [1] } }).replace('[1]', '[1}')],
    ['what is cut', lineOf().slice(0, -1)],
    ['two events on a line', `${lineOf()}${lineOf()}`],
  ])('is not given of %s', (_what, line) => {
    expect(checkLine(Buffer.from(line)).event).toBe(false);
    expect(isProven(line)).toBe(false);
    // Nor after a line of the same hour was.
    expect(isProven(lineOf())).toBe(true);
    expect(isProven(line)).toBe(false);
  });

  test('is not given of zeros for a time, by a proof that has seen no hour yet', () => {
    const line = lineOf().replace('2026-11-01T05', '\0'.repeat(13));
    expect(new EventProof().after(Buffer.from(`${line}\n`), 0)).toBe(NONE);
  });

  test('takes the lines of a record one after the other, each with the hour of its own', () => {
    const hours = ['2026-11-01T05', '2026-10-31T23', '2026-11-01T05', '2024-02-29T00'];
    const data = Buffer.from(
      hours.map((hour) => `${lineOf({ event_time: `${hour}:10:00.000Z` })}\n`).join(''),
    );
    const found: string[] = [];
    for (let at = 0; at < data.length; ) {
      at = proof.after(data, at);
      expect(at).not.toBe(NONE);
      found.push(proof.partition);
    }
    expect(found).toEqual(hours);
  });
});
