import { describe, expect, test } from '@jest/globals';
import { lineMapper } from '../../../client/collect/mapLine.ts';

describe('mapping lines to events', () => {
  test('keeps the text of the line as properties, to the digit', () => {
    const line = '{"n": 9007199254740993 , "x":1.10}';
    const event = lineMapper({ as: 'reading' })(line);
    expect(event.endsWith(`"properties":${line}}`)).toBe(true);
  });

  test('finds a field by its very name before it takes the dots for a path', () => {
    const map = lineMapper({ id: 'id.orig_h', name: 'meta.kind' });
    const event = JSON.parse(map('{"id.orig_h":"10.0.0.1","id":{"orig_h":"wrong"},"meta":{"kind":"dns"}}'));
    expect(event).toMatchObject({ event_id: '10.0.0.1', event_name: 'dns' });
  });

  test('takes numbers below 10^11 for seconds and others for milliseconds', () => {
    const map = lineMapper({ as: 'x', time: 't' });
    expect(JSON.parse(map('{"t":1521911721.5}')).event_time).toBe('2018-03-24T17:15:21.500Z');
    expect(JSON.parse(map('{"t":1521911721500}')).event_time).toBe('2018-03-24T17:15:21.500Z');
    expect(JSON.parse(map('{"t":"2018-03-24T17:15:21Z"}')).event_time).toBe('2018-03-24T17:15:21Z');
  });

  test('gives equal lines of one file different ids, and the same ones when the file is sent again', () => {
    const once = ['{"a":1}', '{"a":2}', '{"a":1}'].map(lineMapper({ as: 'x' }));
    const again = ['{"a":1}', '{"a":2}', '{"a":1}'].map(lineMapper({ as: 'x' }));
    expect(new Set(once.map((line) => JSON.parse(line).event_id)).size).toBe(3);
    expect(again).toEqual(once);
  });

  test('adds an id to a native event without one and leaves one that has its own untouched', () => {
    const map = lineMapper({});
    expect(map('{"event_id":"e1","event_name":"x"}')).toBe('{"event_id":"e1","event_name":"x"}');
    expect(JSON.parse(map('{"event_name":"x"}'))).toEqual({ event_id: expect.any(String), event_name: 'x' });
    expect(JSON.parse(map('{}'))).toEqual({ event_id: expect.any(String) });
  });

  test('passes on what is not an object as it is: the collector refuses it and quarantine keeps it', () => {
    expect(lineMapper({ as: 'x' })('{"torn":')).toBe('{"torn":');
    expect(lineMapper({ as: 'x' })('[1]')).toBe('[1]');
  });
});
