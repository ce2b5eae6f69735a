import { describe, expect, test } from '@jest/globals';
import { eventMapper } from '../../../client/mapping/mapEvent.ts';
import { type Mapping, readMapping } from '../../../client/mapping/mapping.ts';
import { idMaker, Occurrences } from '../../../client/mapping/occurrences.ts';
import { assertFieldsExist, sampleOf } from '../../../client/mapping/sample.ts';
import { temporaryFolder, written } from '../input/support.ts';

const mapped = (mapping: Mapping, ...texts: string[]) => texts.map(eventMapper(mapping, idMaker()));
const event = (mapping: Mapping, text: string) => JSON.parse(mapped(mapping, text)[0] ?? '');

describe('a mapped event', () => {
  test('has the text of the whole object as its properties, to the digit', () => {
    const text = '{"n": 9007199254740993 , "x":1.10}';
    expect(mapped({ as: 'reading' }, text)[0]?.endsWith(`"properties":${text}}`)).toBe(true);
  });

  test.each([
    ['9007199254740993', '9007199254740993'],
    ['1588987262754234369', '1588987262754234369'],
    ['1.0', '1.0'],
    ['-0', '-0'],
    ['1E5', '1E5'],
    [' 7 ', '7'],
    ['"007"', '007'],
    ['"\\u00e9\\n"', 'é\n'],
  ])('takes id, name and person as their JSON text says: %s', (json, expected) => {
    expect(
      event({ id: 'a.b', name: 'a.b', user_id: 'a.b' }, `{"a":{"c":[1,{"b":2}],"b":${json}}}`),
    ).toMatchObject({
      event_id: expected,
      event_name: expected,
      user_id: expected,
    });
  });

  test('finds a field by its very name before it takes the dots for a path', () => {
    const line = '{"id.orig_h":"10.0.0.1","id":{"orig_h":"wrong"},"meta":{"kind":"dns"}}';
    expect(event({ id: 'id.orig_h', name: 'meta.kind' }, line)).toMatchObject({
      event_id: '10.0.0.1',
      event_name: 'dns',
    });
  });

  test('of which the time is missing or does not fit the rule is not taken for one of now', () => {
    const mapping = { as: 'x', time: { field: 't', format: '%d/%m/%Y' } };
    expect(event(mapping, '{"t":"2026-01-02"}').event_time).toBe('2026-01-02 (not a time by %d/%m/%Y)');
    expect(event(mapping, '{"t":null}').event_time).toBe('(no t)');
  });

  test('may choose and rename its properties, type their texts, and add constants', () => {
    const mapping: Mapping = {
      as: 'sale',
      properties: { price: 'amount', sku: 'item.sku', ok: 'ok', note: 'note' },
      types: { price: 'number', ok: 'boolean' },
      constants: { channel: 'store', sku: 'none' },
    };
    const line = '{"amount":"12.30","item":{"sku":12345678901234567890},"ok":"true","extra":1,"note":"1e"}';
    expect(mapped(mapping, line)[0]).toContain(
      '"properties":{"price":12.30,"sku":12345678901234567890,"ok":true,"note":"1e","channel":"store"}',
    );
    expect(mapped({ as: 'x', constants: { a: 1, b: 2 } }, '{"a": 1.0 }')[0]).toContain(
      '"properties":{"a": 1.0,"b":2}',
    );
  });

  test('that is no object goes on as it is, so that it is rejected and kept', () => {
    expect(mapped({ as: 'x' }, '{"torn":', '[1]')).toEqual(['{"torn":', '[1]']);
  });
});

describe('an event without an id', () => {
  test('gets one of its text, another one when the text comes again, and the same in another run', () => {
    const once = mapped({ as: 'x' }, '{"a":1}', '{"a":2}', '{"a":1}');
    expect(new Set(once.map((line) => JSON.parse(line).event_id)).size).toBe(3);
    expect(mapped({ as: 'x' }, '{"a":1}', '{"a":2}', '{"a":1}')).toEqual(once);
  });

  test.each([
    '{"event_name":"x"}',
    '{"event_id":null,"event_name":"x"}',
    '{"event_id":"","event_name":"x"}',
    '{}',
  ])('gets it where the mapping names no fields, too: %s', (text) => {
    expect(event({}, text).event_id).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each(['{"event_id":"e1","event_name":"x"}', '{"event_id":17}', '{"event_id":{}}'])(
    'is not one that has it: %s',
    (text) => {
      expect(mapped({}, text)).toEqual([text]);
    },
  );

  test('is told from all others, however many there are', () => {
    const make = idMaker();
    const ids = new Set<string>();
    for (let n = 0; n < 50_000; n += 1) for (const _ of [1, 2]) ids.add(make(`text ${n}`));
    expect(ids.size).toBe(100_000);
  });
});

test('more texts than there is memory for end the command; none is forgotten in silence', () => {
  const occurrences = new Occurrences(2);
  const digests = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
  expect([0, 1, 0].map((index) => occurrences.before(digests[index] ?? ''))).toEqual([0, 0, 1]);
  expect(() => occurrences.before(digests[2] ?? '')).toThrow('more than 2 different events without an id');
});

describe('a mapping', () => {
  const folder = temporaryFolder();
  const read = (yaml: string) => readMapping(written(folder, 'mapping.yml', yaml));

  test('is read out of YAML', () => {
    expect(
      read(
        'id: order.id\ntime: {field: when, format: "%d/%m/%Y", zone: Asia/Seoul}\nconstants: {channel: store}\n',
      ),
    ).toEqual({
      id: 'order.id',
      time: { field: 'when', format: '%d/%m/%Y', zone: 'Asia/Seoul' },
      constants: { channel: 'store' },
    });
    expect(read('time: when\n').time).toEqual({ field: 'when' });
  });

  test.each([
    ['nmae: x\n', 'is not valid'],
    ['id: [a]\n', 'is not valid: id'],
    ['id: [a\n', 'is not YAML'],
  ])('that is wrong is refused: %j', (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
  });

  test('that names a field which no event has is refused, with the fields there are', () => {
    const items = [1, 2].map((line) => ({ line, text: '{"ts":"2026-01-01","kind":"a","geo":{"city":"x"}}' }));
    const refused = (mapping: Mapping) => () =>
      assertFieldsExist(sampleOf(items, mapping), mapping, [{ name: 'f' }]);
    expect(refused({ name: 'kind', time: { field: 'tss' } })).toThrow(
      'None of the first 2 events of f has the field "tss" (time). Did you mean "ts"?',
    );
    expect(refused({ name: 'Kind' })).toThrow('Did you mean "kind"?');
    expect(refused({ name: 'kind', id: 'geo.town' })).toThrow(
      expect.objectContaining({ next: expect.stringContaining('ts, kind, geo, geo.city') }),
    );
    expect(refused({ name: 'kind', id: 'geo.city' })).not.toThrow();
    expect(refused({ name: 'Kind', as: 'visit', user_id: 'who', session_id: 'tab' })).not.toThrow();
  });
});
