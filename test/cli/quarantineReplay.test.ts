import '../helpers/shop.ts';
import { describe, expect, test } from '@jest/globals';
import { curatedSql, daysToLook } from '../../cli/quarantine/curated.ts';
import { noFix, parseFix } from '../../cli/quarantine/fix.ts';
import { judge } from '../../cli/quarantine/judge.ts';
import { planReplay } from '../../cli/quarantine/plan.ts';
import type { StoredRow } from '../../cli/quarantine/rows.ts';
import { requestsOf } from '../../cli/quarantine/sendPlan.ts';

const row = (event: unknown, more: Partial<StoredRow> = {}): StoredRow => ({
  reason: 'invalid_event',
  detail: 'what was wrong',
  raw: typeof event === 'string' ? event : JSON.stringify(event),
  source: 'web',
  received_at: '2026-11-01T05:00:00.000Z',
  sequence: '1',
  id: 'q-1',
  day: '2026-11-01',
  ...more,
});

const fixed = (rules: object) => parseFix(JSON.stringify(rules), 'fix.json');

const sent = (one: StoredRow, fix = noFix) => {
  const judgement = judge(one, fix);
  if (!judgement.send) throw new Error(judgement.why);
  return JSON.parse(judgement.line);
};

const why = (one: StoredRow, fix = noFix): string => {
  const judgement = judge(one, fix);
  return judgement.send ? 'sent' : judgement.why;
};

describe('a row looked at again', () => {
  test('keeps its own id and time', () => {
    const event = { event_id: 'a', event_name: 'n', event_time: '2026-10-01T00:00:00Z' };
    expect(sent(row(event))).toMatchObject({ event_id: 'a', event_time: '2026-10-01T00:00:00.000Z' });
  });

  test('without an id or a time gets those that it would have got then', () => {
    const event = sent(row({ event_name: 'n' }));
    expect([event.event_id, event.event_time]).toEqual(['q-1', '2026-11-01T05:00:00.000Z']);
  });

  test('is corrected by how far the clock was off when it was sent, not by its age', () => {
    const event = { event_name: 'n', event_time: '2026-11-01T03:00:00Z', sent_at: '2026-11-01T04:00:00Z' };
    expect(sent(row(event)).event_time).toBe('2026-11-01T04:00:00.000Z');
  });

  test('stays rejected when its clock was ahead, although that time may have come', () => {
    const ahead = row(
      { event_name: 'n', event_time: '2026-11-20T00:00:00Z' },
      { reason: 'future_event_time' },
    );
    expect(why(ahead)).toBe('future_event_time');
    const fix = fixed({ future_event_time: { remove: ['event_time'] } });
    expect(sent(ahead, fix).event_time).toBe(ahead.received_at);
  });

  test('keeps every digit of its numbers, mended or not', () => {
    const raw = '{"properties":{"n":12345678901234567890}}';
    const judgement = judge(row(raw), fixed({ all: { set: { event_name: 'n' } } }));
    expect(judgement.send && judgement.line).toContain('{"n":12345678901234567890}');
  });

  test('that holds many events in one text is one event still, and no valid one', () => {
    expect(why(row({ events: [{ event_name: 'a' }, { event_name: 'b' }] }))).toBe('missing_event_name');
    expect(why(row('[{"event_name":"a"}]'))).toBe('not_an_object');
  });

  test.each([
    ['nobody knows the sender', row({ event_name: 'n' }, { source: null }), 'no_source'],
    [
      'its text was cut',
      row('{"a', { detail: 'too large (raw holds the first 3 of its 9 bytes)' }),
      'cut_off',
    ],
    ['its text is not JSON', row('{'), 'invalid_json'],
  ])('cannot be replayed when %s', (_what, one, expected) => {
    expect(why(one)).toBe(expected);
  });
});

describe("a row that came in by Segment's API", () => {
  const message = { messageId: 'm', userId: 'u' };

  test('is read as Segment is, with the type that it carries', () => {
    const event = sent(row({ ...message, type: 'identify', traits: { plan: 'pro' } }));
    expect(event).toMatchObject({ event_id: 'm', event_name: 'user_identified', user_id: 'u' });
    expect(event.properties).toEqual({ plan: 'pro' });
  });

  test('is a track call when it names an event, and takes the spelling of a known type', () => {
    expect(sent(row({ ...message, event: 'Order Completed' })).event_name).toBe('order_completed');
  });

  test('of a call that nobody can tell says so, and goes on once a fix names it', () => {
    expect(why(row(message))).toBe('call_type_unknown');
    const fix = fixed({ invalid_event: { default: { type: 'page' } } });
    expect(sent(row(message), fix).event_name).toBe('page_view');
    expect(sent(row({ ...message, event: 'x' }), fix).event_name).toBe('x');
  });
});

describe('a fix', () => {
  test('renames, removes, defaults and sets, in this order, first for all and then for the reason', () => {
    const fix = fixed({
      all: { rename: { name: 'event_name', id: 'event_id' }, default: { user_id: 'nobody' } },
      invalid_event: { remove: ['debug'], set: { session_id: null, user_id: 'me' } },
    });
    const event = { name: 'n', id: 'new', event_id: 'kept', debug: 1 };
    expect(fix('invalid_event', event)).toEqual({
      event_name: 'n',
      id: 'new',
      event_id: 'kept',
      session_id: null,
      user_id: 'me',
    });
    expect(fix('invalid_json', event)).toMatchObject({ debug: 1, user_id: 'nobody' });
  });

  test.each([
    ['{', /must be JSON/],
    ['[]', /is not a valid fix/],
    ['{"no_such_reason":{}}', /no_such_reason/],
    ['{"all":{"rename":["a"]}}', /all\.rename/],
    ['{"all":{"rename":{"a":1}}}', /all\.rename\.a/],
  ])('that reads %s is refused, naming the place', (text, message) => {
    expect(() => parseFix(text, 'fix.json')).toThrow(message);
  });
});

describe('the plan of a replay', () => {
  const event = (id: string) => ({ event_id: id, event_name: 'n' });
  const mark = {
    row: 'q-old',
    reason: 'invalid_event',
    source: 'web',
    event_id: 'old',
    outcome: 'accepted' as const,
    copies: 1,
    at: '',
    day: '2026-11-01',
  };

  test('sends the first of several rows of one event, and copies of a row once', () => {
    const rows = [
      row(event('e'), { id: 'q-late', received_at: '2026-11-01T06:00:00.000Z' }),
      row(event('e'), { id: 'q-first' }),
      row(event('e'), { id: 'q-first' }),
    ];
    const plan = planReplay(rows, new Map(), { fix: noFix });
    expect(plan.rows).toBe(2);
    expect(plan.send.map(({ row: { id }, copies }) => [id, copies])).toEqual([['q-first', 2]]);
    expect(plan.sameEvent.map(({ row: { id } }) => id)).toEqual(['q-late']);
  });

  test('leaves rows that were replayed before, and other rows of their events', () => {
    const rows = [row(event('x'), { id: 'q-old' }), row(event('old'), { id: 'q-new' })];
    const plan = planReplay(rows, new Map([['q-old', mark]]), { fix: noFix });
    expect([plan.before, plan.send.length, plan.sameEvent.length]).toEqual([1, 0, 1]);
  });

  test('takes one id of two sources for two events, in the rows, the marks and the table', () => {
    const rows = [row(event('old'), { id: 'q-a' }), row(event('old'), { id: 'q-b', source: 'app' })];
    const both = planReplay(rows, new Map(), { fix: noFix }).send;
    expect(both.map(({ row: { source } }) => source)).toEqual(['web', 'app']);
    const rest = planReplay(rows, new Map([['q-old', mark]]), { fix: noFix });
    expect(rest.send.map(({ row: { source } }) => source)).toEqual(['app']);
    expect(curatedSql(both, { from: '2026-11-01', to: '2026-11-02' })).toContain(
      "SELECT source, event_id FROM events\nWHERE dt BETWEEN '2026-11-01' AND '2026-11-02' AND source IN ('web', 'app')",
    );
  });

  test('does not take an event for sent because the collector rejected it, or because another row was to be', () => {
    for (const outcome of ['refused', 'same_event'] as const) {
      const plan = planReplay([row(event('old'))], new Map([['q-old', { ...mark, outcome }]]), {
        fix: noFix,
      });
      expect(plan.send.length).toBe(1);
    }
  });

  test('sends only rows of the source whose key is at hand, so that no source changes', () => {
    const rows = [row(event('a'), { id: 'q-a' }), row(event('b'), { id: 'q-b', source: 'app' })];
    const plan = planReplay(rows, new Map(), { fix: noFix, source: 'app' });
    expect([plan.otherSource, plan.send.map(({ eventId }) => eventId)]).toEqual([1, ['b']]);
  });

  test('counts what cannot be sent by why, with an example', () => {
    const plan = planReplay([row('17', { id: 'q-a' }), row('18', { id: 'q-b' })], new Map(), { fix: noFix });
    expect(plan.staying.not_an_object).toMatchObject({ rows: 2, example: '17' });
  });

  test('asks the table from the first day of an event or a row on', () => {
    const rows = [row({ ...event('a'), event_time: '2026-10-05T00:00:00Z' })];
    const { send } = planReplay(rows, new Map(), { fix: noFix });
    expect(daysToLook(send, new Date('2026-11-10T00:00:00Z'))).toEqual({
      from: '2026-10-05',
      to: '2026-11-11',
    });
  });

  test('is cut into requests of one source and so many lines each', () => {
    const many = Array.from({ length: 501 }, (_, i) => row(event(`w${i}`), { id: `q-${i}` }));
    const other = row(event('a'), { id: 'q-a', source: 'app' });
    const { send } = planReplay([...many, other], new Map(), { fix: noFix });
    expect(requestsOf(send).map((request) => [request[0]?.row.source, request.length])).toEqual([
      ['web', 500],
      ['web', 1],
      ['app', 1],
    ]);
  });
});
