import { expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { canonicalEvent, rejectedLine } from '../../src/events/envelope.ts';
import { RECEIVED_AT, send } from '../helpers/collector.ts';
import { fc } from '../helpers/fastCheck.ts';

/** Events as careless senders make them: any field may be right, wrong, or not there. */
const careless = fc.record(
  {
    event_id: fc.oneof(fc.uuid(), fc.jsonValue()),
    event_name: fc.oneof(fc.constant('page_view'), fc.string({ unit: 'binary' }), fc.jsonValue()),
    event_time: fc.oneof(
      fc.date({ noInvalidDate: true }).map(String),
      fc.double(),
      fc.constant('2026-11-01'),
      fc.string(),
    ),
    sent_at: fc.oneof(fc.integer(), fc.jsonValue()),
    user_id: fc.oneof(fc.string(), fc.bigInt().map(Number), fc.jsonValue()),
    anonymous_id: fc.option(fc.string()),
    context: fc.oneof(fc.object(), fc.jsonValue()),
    properties: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
    colour: fc.jsonValue(),
    ['__proto__']: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test('whatever is sent, each event is one line of the contract, in order, and answered as what became of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 5, arbitrary: careless }, fc.jsonValue()), { minLength: 1, maxLength: 8 }),
      async (events) => {
        const { status, body, stream } = await send(native, { body: JSON.stringify(events) });
        const lines = stream
          .text()
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line));
        expect(lines.length).toBe(events.length);
        for (const [index, line] of lines.entries()) {
          const good = canonicalEvent().safeParse(line).success;
          expect(good).not.toBe(rejectedLine().safeParse(line).success);
          if (status !== 202) expect(body.results[index].status).toBe(good ? 202 : 422);
          else expect(good).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the properties and context of a good event come out as they went in', async () => {
  const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(object, object, async (properties, context) => {
      const text = JSON.stringify({ properties, context });
      const { stream } = await send(native, { body: `{"event_name":"a",${text.slice(1)}` });
      const [event] = stream.events();
      expect(JSON.stringify({ properties: event?.properties, context: event?.context })).toBe(
        JSON.stringify(JSON.parse(text)),
      );
    }),
  );
});

test('an event older than the stage takes travels to quarantine with its reason; one that is just young enough is taken', async () => {
  const at = (days: number, ms = 0) =>
    new Date(Date.parse(RECEIVED_AT) - days * 86_400_000 + ms).toISOString();
  const events = [
    { event_name: 'a', event_time: at(30, -1) },
    { event_name: 'a', event_time: at(30) },
    { event_name: 'a', event_time: 0 },
    { event_name: 'a' },
  ];
  const limit = { maxEventAgeMs: 30 * 86_400_000 };

  const { body, stream } = await send(native, { body: events }, undefined, limit);

  expect(
    body.results.map(({ status, reason }: { status: number; reason?: string }) => reason ?? status),
  ).toEqual(['old_event_time', 202, 'old_event_time', 202]);
  expect(stream.refused().map(({ refused, raw }) => [refused.reason, JSON.parse(raw).event_time])).toEqual([
    ['old_event_time', at(30, -1)],
    ['old_event_time', 0],
  ]);
  expect((await send(native, { body: events })).body.accepted).toBe(4);
});

test('the limits of ids and names count characters, not units of UTF-16', async () => {
  const sent = async (event_id: string, event_name: string) =>
    (await send(native, { body: JSON.stringify([{ event_id, event_name }]) })).stream.text();
  const [id, name] = ['😀'.repeat(256), '😀'.repeat(128)];
  expect(canonicalEvent().safeParse(JSON.parse(await sent(id, name))).success).toBe(true);
  expect(await sent(`${id}😀`, name)).toContain('the event id is longer than 256 characters');
  expect(await sent(id, `${name}😀`)).toContain('the event name is longer than 128 characters');
});
