import { expect, test } from '@jest/globals';
import { noFix, parseFix } from '../../cli/quarantine/fix.ts';
import { judge } from '../../cli/quarantine/judge.ts';

const row = (raw: unknown, reason: string) => ({
  ...{
    id: 'r',
    reason,
    detail: 'x',
    raw: JSON.stringify(raw),
    source: 's',
    sequence: '1',
    day: '2026-11-01',
  },
  received_at: '2026-11-01T12:00:00.000Z',
});
const fixed = (reason: string, set: object) => parseFix(JSON.stringify({ [reason]: { set } }), 'fix.json');

const cloudEvent = { specversion: '1.0', source: '/a', type: 'com.example.paid', data: { n: 1 } };
const payload = { e: 'se', eid: '7', tv: 'x', aid: '[write key]', se_ca: 'shop', dtm: 'now' };

test('a CloudEvent that was rejected is judged as one, with or without its specversion', () => {
  expect(judge(row(cloudEvent, 'invalid_event'), noFix)).toMatchObject({ send: false });
  expect(judge(row(cloudEvent, 'invalid_event'), fixed('invalid_event', { id: '1' }))).toMatchObject({
    ...{ send: true, eventId: '/a 1' },
    line: expect.stringContaining('"event_name":"com.example.paid"'),
  });
  const { specversion, ...without } = { ...cloudEvent, id: '1' };
  const fix = fixed('invalid_event', { specversion });
  expect(judge(row(without, 'invalid_event'), fix)).toMatchObject({ send: true, eventId: '/a 1' });
});

test("a payload of Snowplow's that was rejected is judged as one, and the hidden key is no app id", () => {
  expect(judge(row(payload, 'invalid_event_time'), noFix)).toMatchObject({
    send: false,
    why: 'invalid_event_time',
  });
  const judged = judge(
    row(payload, 'invalid_event_time'),
    fixed('invalid_event_time', { dtm: '1793530800000' }),
  );
  expect(judged).toMatchObject({ send: true, eventId: '7', day: '2026-11-01' });
  expect(judged).toMatchObject({ line: expect.stringContaining('"event_name":"structured_event"') });
  expect(JSON.stringify(judged)).not.toContain('write key');
});

test('an event of our own is none of these, whatever else it has', () => {
  const own = { ...cloudEvent, ...payload, event_name: 'a', event_id: '9' };
  expect(judge(row(own, 'invalid_event'), noFix)).toMatchObject({ send: true, eventId: '9' });
});
