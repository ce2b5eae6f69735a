import { type PartRow, rowsOfPart, wholeParts } from '../../../client/windows/parts.ts';
import type { WindowType } from '../../../src/events/windows/windowType.ts';
import { consume } from '../../../src/sinks/consumer.ts';
import type { StreamedRecord } from '../../../src/sinks/kinesisBatch.ts';
import { type Catalog, counterOf } from '../../../src/sinks/windows/counting.ts';
import { WHOLE_PART } from '../../../src/sinks/windows/part.ts';
import {
  type WindowCall,
  type WindowsOutcome,
  windowsConsumer,
} from '../../../src/sinks/windows/windowsConsumer.ts';
import { createFakeStore, type FakeStore } from '../../helpers/fakes.ts';
import { aRecord, lineOf } from '../../helpers/records.ts';

export const catalog = {
  columns: [
    { name: 'revenue', type: 'double', comment: '' },
    { name: 'price', type: 'decimal(12,2)', comment: '' },
    { name: 'quantity', type: 'bigint', comment: '' },
  ] as const,
  eventTypes: [
    {
      name: 'order_completed',
      view: 'order_completed',
      comment: '',
      columns: {
        revenue: [{ in: 'properties', path: ['revenue'] }],
        price: [{ in: 'properties', path: ['price'] }],
        quantity: [
          { in: 'properties', path: ['cart', 'quantity'] },
          { in: 'properties', path: ['quantity'] },
        ],
      },
      pii: [],
    },
  ] as const,
};

export const aWindow = (overrides: Partial<WindowType> = {}): WindowType => ({
  name: 'minutes',
  comment: '',
  of: 'events',
  every: 60,
  where: [],
  by: ['event_name'],
  measures: [{ name: 'events', what: 'count' }],
  metric: false,
  ...overrides,
});

export const START = new Date('2026-11-01T05:10:00.000Z');
const SHARD = 'shardId-000000000003';

export const AGGREGATE = { isFinal: false, isTerminatedEarly: false };
export const FINAL = { isFinal: true, isTerminatedEarly: false };
export const EARLY = { isFinal: false, isTerminatedEarly: true };

/** Records `from` to `to`, a page view each, or what `content` makes of the number. */
export const records = (
  from: number,
  to: number,
  content: (id: number) => string = (id) => lineOf({ event_id: `e${id}` }),
): StreamedRecord[] =>
  Array.from({ length: to - from + 1 }, (_, at) => aRecord(String(100 + from + at), [content(from + at)]));

/** A window of a shard as Lambda calls for it, over a store in memory. */
export const aStage = (windows: readonly WindowType[] = [aWindow()], of: Catalog = catalog) => {
  const store: FakeStore = createFakeStore();
  const failing = { put: false };
  const call = async (
    batch: readonly StreamedRecord[],
    state: unknown = {},
    how: Partial<WindowCall> = AGGREGATE,
  ): Promise<WindowsOutcome> => {
    const counters = windows.map((window) => counterOf(window, of));
    const put = async (...of: Parameters<typeof store.put>): Promise<void> => {
      if (failing.put) throw new Error('SlowDown');
      await store.put(...of);
    };
    const given: WindowCall = { windowStart: START, shard: SHARD, state, ...AGGREGATE, ...how };
    // As Lambda passes it on.
    const { outcome } = await consume(
      batch,
      windowsConsumer(given, { counters, catalog: of, store: { put } }),
      {
        put,
      },
    );
    return { ...outcome, state: JSON.parse(JSON.stringify(outcome.state)) };
  };
  const rows = (): PartRow[] => store.keys().flatMap((key) => rowsOfPart(store.text(key)));
  return { store, call, rows, failing };
};

/** All events that were counted, and all lines that were rejected. */
export const totalsOf = (rows: readonly PartRow[]): { events: number; rejected: number } => {
  const whole = wholeParts(rows).filter(({ window }) => window === WHOLE_PART);
  const sum = (name: string): number => whole.reduce((all, row) => all + Number(row.measures[name] ?? 0), 0);
  return { events: sum('events'), rejected: sum('rejected') };
};
