import { describe, expect, test } from '@jest/globals';
import { canonicalLine } from '../../src/sinks/canonicalLine.ts';
import { line } from '../helpers/rawLines.ts';

const canonical = line({
  event_id: 'a',
  user_id: 'é"',
  properties: '{"n":1.50}',
  context: '{"x":{"properties":1}}',
});

describe('a line in the collector’s form', () => {
  test('is the line itself where it has that form', () => {
    expect(canonicalLine(canonical)).toBe(`${canonical}\n`);
  });

  test('has its keys in order, whatever order they came in and whatever stood between them', () => {
    const { event_id, ...rest } = JSON.parse(canonical);
    const text = `{\r "properties" : {"n":1.50,\r"big":12345678901234567890},${JSON.stringify({ ...rest, properties: undefined }).slice(1, -1)},\t"event_id" : "\\u0061" }`;
    expect(canonicalLine(text)).toBe(
      `${canonical.replace('{"n":1.50}', '{"n":1.50, "big":12345678901234567890}')}\n`,
    );
    expect(event_id).toBe('a');
  });

  test('keeps of a key that stands twice the last, as the build does', () => {
    const text = canonical
      .replace(',"properties":{"n"', ',"properties":{},"properties":{"n"')
      .replace('"event_id":"a"', '"event_id":"b","event_id":"a"');
    expect(canonicalLine(text)).toBe(`${canonical}\n`);
  });

  test('keeps another version of the envelope', () => {
    const text = canonical.replace('"schema_version":"1"', '"schema_version":"2"');
    expect(canonicalLine(text)).toBe(`${text}\n`);
  });
});
