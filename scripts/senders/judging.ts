/** What is asked of every client: each event once and whole, and the right reaction to each answer. */
import type { Fault, SenderCollector } from './collector.ts';

/** Sends `all`: an order and three other events; `one`: the order. Ends when the client has no more to do. */
export type Send = (what: 'all' | 'one') => Promise<void>;

export interface Row {
  client: string;
  version: string;
  /** Segment, RudderStack, … */
  protocol: string;
  /** where it ran: Node, Chromium, Python, Java */
  ranIn: string;
  result: string;
  /** what it does after which answers */
  faults?: string;
}

const HAPPENED = Date.parse('2026-11-01T10:20:30.400Z');
/** A sender's clock is corrected by as long as its request took. */
const CORRECTED_MS = 10_000;

const count = (collector: SenderCollector, id: string): number =>
  collector.events.filter(({ event_id }) => event_id === id).length;

/** Browser libraries make their own times and ids: `now` and the id that the page returns. */
export interface Expected {
  ids: readonly string[];
  order: string;
  happened?: number;
}

const orderFaults = ({ events }: SenderCollector, { order, happened = HAPPENED }: Expected): string[] => {
  const found = events.find(({ event_id }) => event_id === order);
  if (found === undefined) return ['the order did not arrive'];
  const { event_name: name, user_id: user, event_time: time, properties } = found;
  return [
    ...(name === 'order_completed' ? [] : [`the order is called ${name}`]),
    ...(user === 'u-1' ? [] : [`the order is of ${user}`]),
    ...(Math.abs(Date.parse(time) - happened) < CORRECTED_MS ? [] : [`the order happened at ${time}`]),
    ...(properties.order_id === 'O-1' && Number(properties.revenue) === 49.9
      ? []
      : ['properties are missing']),
  ];
};

export const arrivalFaults = (collector: SenderCollector, expected: Expected): string[] => [
  ...expected.ids.flatMap((id) => {
    const times = count(collector, id);
    return times === 1 ? [] : [`${id} arrived ${times} times`];
  }),
  ...orderFaults(collector, expected),
  ...(collector.rejected.length === 0 ? [] : [`${collector.rejected.length} events were rejected`]),
];

const GOOD = 'each event once';

export const sentRow = async (
  about: Omit<Row, 'result' | 'faults'>,
  collector: SenderCollector,
  send: Send,
): Promise<Row> => {
  collector.restart();
  await send('all');
  const ids = ['m-order', 'm-identify', 'm-page', 'm-group'];
  const found = arrivalFaults(collector, { ids, order: 'm-order' });
  if (found.length > 0) throw new Error(`${about.client}: ${found.join('; ')}`);
  return { ...about, result: GOOD };
};

/** A client that is told to send again has to; one that is told not to must not go on for good. */
const faults: readonly Fault[] = [
  { status: 400, times: 99 },
  { status: 401, times: 99 },
  { status: 413, times: 99 },
  { status: 429, times: 1 },
  { status: 500, times: 1 },
];

const reaction = async (fault: Fault, collector: SenderCollector, send: Send): Promise<string> => {
  collector.restart(fault);
  await send('one');
  const arrived = collector.events.length;
  if (arrived > 1) throw new Error(`After ${fault.status} the event arrived ${arrived} times.`);
  if (arrived === 1) return 'sends again';
  return collector.answers.length === 1 ? 'gives up' : `gives up after ${collector.answers.length} tries`;
};

/** `400, 401, 413: gives up; 429, 500: sends again`. `collector.restart` is called before each. */
export const faultsOf = async (collector: SenderCollector, send: Send): Promise<string> => {
  const found = new Map<string, number[]>();
  for (const fault of faults) {
    const what = await reaction(fault, collector, send);
    found.set(what, [...(found.get(what) ?? []), fault.status]);
  }
  return [...found].map(([what, statuses]) => `${statuses.join(', ')}: ${what}`).join('; ');
};
