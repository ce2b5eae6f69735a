import { expect } from '@jest/globals';
import type { StreamedRecord } from '../../src/sinks/kinesisBatch.ts';
import { aRecord, lineOf } from '../helpers/records.ts';

/**
 * What every consumer of the stream has to keep to, whatever Lambda does with its batches. Each rule takes a consumer
 * that has nothing yet, and throws if it is broken.
 */

/** A consumer and what it writes to, as a test sees it. */
export interface Subject {
  /** One invocation; as the stream, a rule may do with its answer what it likes. */
  deliver(records: readonly StreamedRecord[]): Promise<{ retryFrom: string | null }>;
  /** Ids of the events that it holds, as its readers read them: who delivers at least once has readers that take each id once. */
  events(): string[];
  /** All that it has left, in any form that can be compared. */
  left(): unknown;
  /** From now on the service fails for the event of this id; undefined: no longer. */
  failFor(eventId: string | undefined): void;
}

export interface Rule {
  name: string;
  holds(subject: Subject): Promise<void>;
}

const HOURS = ['2026-11-01T03', '2026-11-01T04', '2026-11-01T05'];

/** An event of its own hour, so that consumers that sort by hours have several. */
const event = (id: number): string =>
  lineOf({
    event_id: `e${id}`,
    event_time: `${HOURS[id % HOURS.length]}:10:00.000Z`,
    received_at: '2026-11-01T06:00:00.000Z',
  });

/** Records of one event each: record `at` has the event `first + at`. */
const recordsOf = (count: number, { first = 0, shard = 0 } = {}): StreamedRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    ...aRecord(String(100 + at), [event(first + at)]),
    shard: `shardId-00000000000${shard}`,
  }));

const ids = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, at) => `e${first + at}`).sort();

const from = (records: readonly StreamedRecord[], sequence: string | null): StreamedRecord[] => {
  const at = records.findIndex((record) => record.sequence === sequence);
  return at === -1 ? [] : records.slice(at);
};

const redelivery: Rule = {
  name: 'a batch that is delivered again changes nothing',
  async holds(subject) {
    const batch = recordsOf(6);
    expect(await subject.deliver(batch)).toMatchObject({ retryFrom: null });
    const before = subject.left();
    expect(subject.events()).toEqual(ids(6));
    expect(await subject.deliver(batch)).toMatchObject({ retryFrom: null });
    expect(subject.left()).toEqual(before);
  },
};

const otherCut: Rule = {
  name: 'a batch that is cut differently the second time loses and adds no event',
  async holds(subject) {
    const batch = recordsOf(6);
    await subject.deliver(batch.slice(0, 4));
    await subject.deliver(batch.slice(2));
    await subject.deliver(batch.slice(1, 3));
    expect(subject.events()).toEqual(ids(6));
  },
};

const reordering: Rule = {
  name: 'the order in which shards come does not matter, nor do sequence numbers that are alike',
  async holds(subject) {
    const [one, two] = [recordsOf(4), recordsOf(4, { first: 4, shard: 1 })];
    await subject.deliver(two.slice(2));
    await subject.deliver(one.slice(0, 2));
    await subject.deliver(two.slice(0, 2));
    await subject.deliver(one.slice(2));
    expect(subject.events()).toEqual(ids(8));
  },
};

const partialFailure: Rule = {
  name: 'when one event fails, the batch is repeated from its record or before, and ends whole',
  async holds(subject) {
    const batch = recordsOf(6);
    subject.failFor('e3');
    const { retryFrom } = await subject.deliver(batch);
    const again = from(batch, retryFrom);
    expect(again.map(({ sequence }) => sequence)).toContain('103');
    const kept = batch.length - again.length;
    expect(subject.events()).toEqual(expect.arrayContaining(ids(kept)));
    expect(await subject.deliver(again)).toMatchObject({ retryFrom: again[0]?.sequence });
    subject.failFor(undefined);
    expect(await subject.deliver(again)).toMatchObject({ retryFrom: null });
    expect(subject.events()).toEqual(ids(6));
  },
};

const poison: Rule = {
  name: 'what is no event holds nothing up, and a batch of nothing else is taken',
  async holds(subject) {
    const bad = [
      Buffer.from([0xff, 0xfe, 0x0a, 0x00]),
      Buffer.from('no json\nat all\n'),
      Buffer.from(event(7).slice(0, 60)),
      Buffer.alloc(0),
      Buffer.from('\n \n'),
    ].map((data, at) => aRecord(String(200 + at), data));
    expect(await subject.deliver(bad)).toMatchObject({ retryFrom: null });
    expect(await subject.deliver([])).toMatchObject({ retryFrom: null });
    expect(subject.events()).toEqual([]);
    const open = aRecord('300', Buffer.from(`${event(0)}\n${event(1)}`));
    const half = aRecord('301', Buffer.from(`${event(2)}\n{"event_id":"e9`));
    expect(await subject.deliver([...bad, open, half])).toMatchObject({ retryFrom: null });
    expect(subject.events()).toEqual(ids(3));
  },
};

const crash: Rule = {
  name: 'a crash in the middle, or before the answer, loses and adds no event when the batch comes again',
  async holds(subject) {
    const batch = recordsOf(6);
    subject.failFor('e4');
    // Nobody hears the answer of an invocation that died.
    await subject.deliver(batch).catch(() => undefined);
    subject.failFor(undefined);
    await subject.deliver(batch.slice(0, 5));
    await subject.deliver(batch);
    expect(subject.events()).toEqual(ids(6));
  },
};

export const rules: readonly Rule[] = [redelivery, otherCut, reordering, partialFailure, poison, crash];
