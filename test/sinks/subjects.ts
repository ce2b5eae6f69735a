import { gunzipSync } from 'node:zlib';
import { countsOf, rowsOfPart } from '../../client/windows/parts.ts';
import type { WindowType } from '../../src/events/windows/windowType.ts';
import { landConsumer } from '../../src/landing/landing.ts';
import { type Consumer, consume } from '../../src/sinks/consumer.ts';
import { stdoutConsumer } from '../../src/sinks/stdout.ts';
import type { StreamBatch } from '../../src/sinks/streamBatch.ts';
import { counterOf } from '../../src/sinks/windows/counting.ts';
import { windowsConsumer } from '../../src/sinks/windows/windowsConsumer.ts';
import { createFakeLedger } from '../helpers/fakes/ledger.ts';
import { createFakeStore, fixedClock } from '../helpers/fakes.ts';
import type { Subject } from './contract.ts';

const idOf = (line: string): string => JSON.parse(line).event_id;
const once = (ids: readonly string[]): string[] => [...new Set(ids)].sort();

/** `land` with a store that fails for objects that hold the event. Its readers are builds, which take each id once. */
export const landSubject = (): Subject => {
  const store = createFakeStore();
  const { partitionStates } = createFakeLedger();
  let failing: string | undefined;
  const failingStore = {
    ...store,
    async put(key: string, body: Uint8Array, type: string): Promise<void> {
      if (failing !== undefined && gunzipSync(body).includes(`"${failing}"`)) throw new Error('SlowDown');
      await store.put(key, body, type);
    },
  };
  const raw = () => store.keys().filter((key) => key.startsWith('raw/'));
  return {
    deliver: (records) =>
      consume(
        records,
        landConsumer({ store: failingStore, partitionStates, clock: fixedClock() }),
        failingStore,
      ),
    events: () => once(raw().flatMap((key) => store.text(key).split('\n').slice(0, -1).map(idOf))),
    left: () => store.keys().map((key) => [key, store.objects.get(key)?.body.toString('hex')]),
    failFor(eventId) {
      failing = eventId;
    },
  };
};

/**
 * `windows`, with a window whose groups are the events, so that a test sees which it has counted. Each call ends its part,
 * and a put that fails is thrown, which has the whole batch come again.
 */
export const windowsSubject = (): Subject => {
  const window: WindowType = {
    ...{ name: 'ids', comment: '', of: 'events', every: 60, where: [], by: ['event_id'], metric: false },
    measures: [{ name: 'events', what: 'count' }],
  };
  const catalog = { columns: [], eventTypes: [] };
  const store = createFakeStore();
  let failing: string | undefined;
  const put = async (key: string, body: Uint8Array, type: string): Promise<void> => {
    if (failing !== undefined && Buffer.from(body).includes(`"${failing}"`)) throw new Error('SlowDown');
    await store.put(key, body, type);
  };
  const rows = () => store.keys().flatMap((key) => rowsOfPart(store.text(key)));
  return {
    async deliver(records) {
      const call = {
        ...{ windowStart: new Date('2026-11-01T06:30:00Z'), shard: records[0]?.shard ?? '', state: {} },
        ...{ isFinal: false, isTerminatedEarly: true },
      };
      const counters = [counterOf(window, catalog)];
      try {
        return await consume(records, windowsConsumer(call, { counters, catalog, store: { put } }), { put });
      } catch {
        return { retryFrom: records[0]?.sequence ?? null };
      }
    },
    events: () => once(countsOf(window, rows()).map(({ group }) => group.event_id ?? '')),
    left: () => store.keys().map((key) => [key, store.text(key)]),
    failFor(eventId) {
      failing = eventId;
    },
  };
};

/** A consumer made for each invocation, over lines in memory. `lines` is what it has written so far. */
export const linesSubject = (
  make: (write: (line: string) => void, lines: readonly string[]) => Consumer,
): Subject => {
  const lines: string[] = [];
  let failing: string | undefined;
  const write = (line: string): void => {
    if (failing !== undefined && line.includes(`"${failing}"`)) throw new Error('the pipe is closed');
    lines.push(line);
  };
  return {
    deliver: (records) => consume(records, make(write, lines), createFakeStore()),
    events: () => once(lines.map(idOf)),
    left: () => once(lines),
    failFor(eventId) {
      failing = eventId;
    },
  };
};

export const stdoutSubject = (): Subject => linesSubject((write) => stdoutConsumer(write));

const writeAll = ({ events }: StreamBatch, write: (line: string) => void): void => {
  for (const event of events) write(`${event.text()}\n`);
};

/** Consumers that each do one thing wrong, and the words by which the rule is known that they break. */
export const misbehaving: { what: string; breaks: RegExp; make: () => Subject }[] = [
  {
    what: 'counts every delivery',
    breaks: /delivered again/,
    make: () =>
      linesSubject((write, lines) => ({
        name: 'counter',
        async take({ events }) {
          for (const event of events)
            write(JSON.stringify({ ...event.parse(), properties: { delivery: lines.length } }));
          return {};
        },
      })),
  },
  {
    what: 'says done although it failed',
    breaks: /one event fails/,
    make: () =>
      linesSubject((write) => ({
        name: 'forgetful',
        async take({ events }) {
          for (const event of events) {
            try {
              write(`${event.text()}\n`);
            } catch {
              // Forgotten.
            }
          }
          return {};
        },
      })),
  },
  {
    what: 'repeats from the record after the one that failed',
    breaks: /one event fails/,
    make: () =>
      linesSubject((write) => ({
        name: 'late',
        async take(batch) {
          try {
            writeAll(batch, write);
            return {};
          } catch (error) {
            return { failed: [{ record: batch.records.length - 1, what: 'write', error }] };
          }
        },
      })),
  },
  {
    what: 'needs an event in every batch',
    breaks: /is no event/,
    make: () =>
      linesSubject((write) => ({
        name: 'fragile',
        async take(batch) {
          if (batch.events.length === 0) throw new Error('There is nothing to do.');
          writeAll(batch, write);
          return {};
        },
      })),
  },
  {
    what: 'takes a sequence number for known that it saw in another shard',
    breaks: /order in which shards/,
    make: () => {
      const seen = new Set<string>();
      return linesSubject((write) => ({
        name: 'blind',
        async take({ events, records }) {
          for (const event of events) {
            const { sequence } = records[event.record]!;
            if (!seen.has(sequence)) write(`${event.text()}\n`);
            seen.add(sequence);
          }
          return {};
        },
      }));
    },
  },
  {
    what: 'takes a batch for known by where it begins',
    breaks: /cut differently/,
    make: () => {
      const seen = new Set<string>();
      return linesSubject((write) => ({
        name: 'hasty',
        async take(batch) {
          const last = batch.records.at(-1)?.sequence ?? '';
          // A cursor that a batch of fewer records moves back, and the others never pass.
          if (seen.size > 0 && !seen.has(last)) return {};
          writeAll(batch, write);
          seen.add(last);
          return {};
        },
      }));
    },
  },
  {
    what: 'notes a batch as done before it is',
    breaks: /a crash/,
    make: () => {
      const noted = new Set<string>();
      return linesSubject((write) => ({
        name: 'early',
        async take({ events, records }) {
          for (const event of events) {
            const { shard, sequence } = records[event.record]!;
            const place = `${shard} ${sequence}`;
            if (noted.has(place)) continue;
            noted.add(place);
            write(`${event.text()}\n`);
          }
          return {};
        },
      }));
    },
  },
];
