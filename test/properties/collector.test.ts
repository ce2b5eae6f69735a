import { describe, expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import { calls, callTypes } from '../../src/collect/protocols/segmentCalls.ts';
import type { Protocol } from '../../src/collect/request.ts';
import { rejectionReasons } from '../../src/events/envelope.ts';
import { EventProof } from '../../src/sinks/eventProof.ts';
import { checkLine } from '../../src/sinks/lineCheck.ts';
import { send } from '../helpers/collector.ts';
import { fc } from '../helpers/fastCheck.ts';
import {
  anyTree,
  exactOf,
  memberName,
  membersOf,
  Num,
  numberText,
  objectTree,
  type Tree,
  textOf,
  treeOf,
  wellFormed,
} from './support/jsonText.ts';

const known = new Map([['order_completed', true]]);
const protocols: [string, Protocol][] = [
  ['the native protocol', native],
  ['Segment batch', segment('batch', known)],
  ...callTypes.map((call): [string, Protocol] => [`Segment ${call}`, segment(call, known)]),
];

const event = (fields: [string, Tree][]): Map<string, Tree> => new Map(fields);
const maybe = (value: fc.Arbitrary<Tree>): fc.Arbitrary<Tree | undefined> =>
  fc.option(value, { nil: undefined });
const id = fc.oneof(
  wellFormed,
  numberText.map((text) => new Num(text)),
  fc.constant(null),
);
const time = fc.constantFrom<Tree>(
  '2026-11-01T11:59:59.999Z',
  '2015-06-30T23:59:60Z',
  new Num('1793534400000'),
  new Num('1793534400.25'),
  '0000-01-01',
  '2026-11-01T13:00:00.001Z',
  'yesterday',
  new Num('1e400'),
);
const present = (fields: Record<string, Tree | undefined>): [string, Tree][] =>
  Object.entries(fields).flatMap(([name, value]): [string, Tree][] =>
    value === undefined ? [] : [[name, value]],
  );

const nameOf = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Tree>('zoomed') },
  { weight: 1, arbitrary: anyTree },
);

const nativeEvent = fc
  .tuple(
    fc.record({
      event_name: nameOf,
      event_id: maybe(id),
      event_time: maybe(time),
      sent_at: maybe(time),
      user_id: maybe(id),
      anonymous_id: maybe(id),
      session_id: maybe(id),
      context: maybe(fc.oneof({ weight: 8, arbitrary: objectTree }, anyTree)),
      properties: maybe(fc.oneof({ weight: 8, arbitrary: objectTree }, anyTree)),
    }),
    fc.array(
      fc.tuple(
        memberName.filter((name) => !['events', 'context', 'properties'].includes(name)),
        anyTree,
      ),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([fields, others]) => event([...others, ...present(fields)]));

const anyEvent = fc.oneof({ weight: 6, arbitrary: nativeEvent }, { weight: 1, arbitrary: anyTree });

/** A body of each of the ways in which events may be sent together, and how many there are. */
const nativeBody = fc
  .tuple(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), fc.constantFrom('', ' '), fc.nat(3))
  .map(([events, space, way]) => {
    const texts = events.map((one) => textOf(one, space));
    if (way === 0) return { body: `[${texts.join(',')}]`, count: texts.length, lines: false };
    if (way === 1) return { body: `{"events":[${texts.join(',')}]}`, count: texts.length, lines: false };
    return { body: `${texts.join('\n')}\n`, count: texts.length, lines: true };
  });

describe('whatever JSON comes in', () => {
  test('every event is accepted or rejected with a reason, and each has its line in the stream', async () => {
    await fc.assert(
      fc.asyncProperty(nativeBody, async ({ body, count, lines }) => {
        const headers: Record<string, string> = lines ? { 'content-type': 'application/x-ndjson' } : {};
        const { status, collected, stream } = await send(native, { body, headers });
        // A single line that is an object with `events` is a batch, and one without an event's fields its own matter.
        fc.pre(status !== 400);
        const tally = collected.tally ?? { accepted: -1, refused: -1, throttled: -1 };
        expect(tally.throttled).toBe(0);
        expect(stream.events()).toHaveLength(tally.accepted);
        expect(stream.refused()).toHaveLength(tally.refused);
        if (!lines || count > 1) expect(tally.accepted + tally.refused).toBe(count);
      }),
      { numRuns: 500 },
    );
  });

  test.each(protocols)('%s never throws, and answers what it answers', async (_name, protocol) => {
    const bodies = fc.oneof(
      anyEvent.map((value) => textOf(value)),
      fc.array(anyEvent).map((values) => textOf(new Map<string, Tree>([['batch', values]]))),
      fc.string({ unit: 'binary' }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status, stream } = await send(protocol, { body });
        expect([200, 202, 207, 400, 413, 415, 422]).toContain(status);
        for (const { refused } of stream.refused()) expect(rejectionReasons).toContain(refused.reason);
      }),
      { numRuns: 150 },
    );
  });

  test('landing judges each line as the collector has, and proves most events without reading them', async () => {
    const proof = new EventProof();
    const seen = { events: 0, proven: 0 };
    await fc.assert(
      fc.asyncProperty(nativeBody, async ({ body }) => {
        const { stream } = await send(native, { body, headers: { 'content-type': 'application/x-ndjson' } });
        for (const line of stream.text().split('\n').slice(0, -1)) {
          const verdict = checkLine(Buffer.from(line));
          expect(verdict.event).toBe(line.startsWith('{"event_id":'));
          const proven = proof.after(Buffer.from(`${line}\n`), 0) > 0;
          if (proven) expect(verdict).toEqual({ event: true, partition: proof.partition });
          seen.events += verdict.event ? 1 : 0;
          seen.proven += proven ? 1 : 0;
          if (!verdict.event) expect(verdict.row.reason).toBe(JSON.parse(line).refused.reason);
        }
      }),
      { numRuns: 300 },
    );
    // The two must go on agreeing on how a line is written: what is not proven costs landing several times as much.
    expect(seen.proven).toBeGreaterThan(seen.events / 2);
  });
});

/** `_outer`, or the first name like it that the properties themselves leave free. */
const outerName = (taken: ReadonlyMap<string, Tree>): string => {
  let name = '_outer';
  while (taken.has(name)) name = `_${name}`;
  return name;
};

/** The documented moves, naively: what stands beside the properties moves in, or under `_outer` where it would clash. */
const expectedProperties = (inside: Map<string, Tree>, beside: [string, Tree][]): Map<string, Tree> => {
  const free = beside.filter(([name]) => !inside.has(name));
  const moved = new Map([...inside, ...free]);
  const plain = (value: Tree | undefined) => (value instanceof Num ? value.text : value);
  const same = (a: Tree | undefined, b: Tree): boolean =>
    a instanceof Num === b instanceof Num && plain(a) === plain(b);
  const differing = beside.filter(([name, value]) => inside.has(name) && !same(inside.get(name), value));
  return differing.length === 0 ? moved : new Map([...moved, [outerName(moved), new Map(differing)]]);
};

const own = ['event_id', 'event_name', 'event_time', 'sent_at', 'user_id', 'anonymous_id', 'session_id'];

describe('an accepted event', () => {
  test('keeps context and properties member by member and number by number as it was sent, with its other fields moved in', async () => {
    const plain = fc
      .tuple(
        objectTree,
        objectTree,
        fc.array(fc.tuple(memberName, anyTree), { maxLength: 3 }),
        fc.constantFrom('', ' '),
      )
      .map(([context, properties, others, space]) => {
        const beside = [...new Map(others)].filter(
          ([name]) => ![...own, 'context', 'properties', 'events'].includes(name),
        );
        const sent = new Map<string, Tree>([...beside, ['event_name', 'zoomed'], ['context', context]]);
        sent.set('properties', properties);
        return { context, properties, beside, body: textOf(sent, space) };
      });
    await fc.assert(
      fc.asyncProperty(plain, async ({ context, properties, beside, body }) => {
        const { status, stream } = await send(native, { body });
        expect(status).toBe(202);
        const line = membersOf(treeOf(stream.text().trimEnd()));
        expect(exactOf(line.get('context') ?? null)).toEqual(exactOf(context));
        expect(exactOf(line.get('properties') ?? null)).toEqual(
          exactOf(expectedProperties(properties, beside)),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('of Segment keeps its payload and the fields that nobody knows, under their own names', async () => {
    const sent = fc.tuple(
      fc.constantFrom(...callTypes),
      objectTree,
      fc.array(
        fc.tuple(
          memberName.filter((name) => name !== 'context' && name !== 'properties'),
          anyTree.filter((value) => value !== null),
        ),
        { maxLength: 3 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(sent, async ([type, payload, others]) => {
        const beside = [...new Map(others)];
        const body = new Map<string, Tree>([...beside, ['userId', 'u'], ['event', 'zoomed']]);
        body.set(calls[type].payload, payload);
        const { status, stream } = await send(segment(type, known), { body: textOf(body) });
        expect([status, stream.events().length]).toEqual([200, 1]);
        const properties = membersOf(membersOf(treeOf(stream.text().trimEnd())).get('properties'));
        const moved: [string, Tree][] = type === 'track' ? beside : [...beside, ['event', 'zoomed']];
        expect(exactOf(properties)).toEqual(exactOf(expectedProperties(payload, moved)));
      }),
      { numRuns: 500 },
    );
  });

  test('sent again as its own canonical line comes out the same, but for the time it was received', async () => {
    await fc.assert(
      fc.asyncProperty(nativeEvent, async (one) => {
        const first = await send(native, { body: textOf(one) });
        fc.pre(first.stream.events().length === 1);
        const again = await send(native, { body: first.stream.text() });
        expect(exactOf(treeOf(again.stream.text()))).toEqual(exactOf(treeOf(first.stream.text())));
      }),
      { numRuns: 300 },
    );
  });
});
