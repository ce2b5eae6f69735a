/** What is asked of every client: each event once and whole, and the right reaction to each answer. */
import type { Fault, SenderCollector } from './collector.ts';

/** What was sent. Some libraries make their own ids and times. */
export interface Sent {
  ids: readonly string[];
  order: string;
  happened?: number;
}

export type What = 'all' | 'one';

/**
 * Sends `all`: an order and other events; `one`: the order. Ends when the client has no more to do, or plainly goes on
 * for good.
 */
export type Send = (what: What) => Promise<Sent>;

export interface About {
  client: string;
  version: string;
  /** Segment, RudderStack, … */
  protocol: string;
  /** where it ran: Node, Chromium, Python, Java */
  ranIn: string;
}

export interface Row extends About {
  result: string;
  /** what it does after which answers */
  faults?: string;
}

/** When the order happened, where a library lets its caller say so. */
export const HAPPENED = new Date('2026-11-01T10:20:30.400Z');
/** What the order says. */
export const ORDER = { order_id: 'O-1', revenue: 49.9, currency: 'EUR' } as const;

/** A sender's clock is corrected by as long as its request took. */
const CORRECTED_MS = 10_000;

const count = (collector: SenderCollector, id: string): number =>
  collector.events.filter(({ event_id }) => event_id === id).length;

const orderFaults = (
  { events }: SenderCollector,
  { order, happened = HAPPENED.getTime() }: Sent,
): string[] => {
  const found = events.find(({ event_id }) => event_id === order);
  if (found === undefined) return ['the order did not arrive'];
  const { event_name: name, user_id: user, event_time: time, properties } = found;
  return [
    ...(name === 'order_completed' ? [] : [`the order is called ${name}`]),
    ...(user === 'u-1' ? [] : [`the order is of ${user}`]),
    ...(Math.abs(Date.parse(time) - happened) < CORRECTED_MS ? [] : [`the order happened at ${time}`]),
    ...(properties.order_id === ORDER.order_id && Number(properties.revenue) === ORDER.revenue
      ? []
      : ['properties are missing']),
  ];
};

const arrivalFaults = (collector: SenderCollector, sent: Sent): string[] => [
  ...sent.ids.flatMap((id) => {
    const times = count(collector, id);
    return times === 1 ? [] : [`${id} arrived ${times} times`];
  }),
  ...(collector.events.length === sent.ids.length ? [] : [`${collector.events.length} events arrived`]),
  ...orderFaults(collector, sent),
  ...(collector.rejected.length === 0 ? [] : [`${collector.rejected.length} events were rejected`]),
];

/** An order alone proves little: the other events differ by what a library can say. */
const FEWEST = 3;

const sentRow = async (about: About, collector: SenderCollector, send: Send): Promise<Row> => {
  collector.restart();
  const sent = await send('all');
  const found = arrivalFaults(collector, sent);
  if (sent.ids.length < FEWEST) found.push(`it sent ${sent.ids.length} events`);
  if (found.length > 0)
    throw new Error(`${about.client}: ${found.join('; ')} (${collector.answers.join(', ')})`);
  return { ...about, result: 'each event once' };
};

/** A client that is told to send again has to; one that is told not to must not go on for good. */
const faults: readonly Fault[] = [
  { status: 400, times: 99 },
  { status: 401, times: 99 },
  { status: 413, times: 99 },
  { status: 429, times: 1 },
  { status: 500, times: 1 },
];

/** A client that has sent so often after the same answer is not looked at any longer. */
export const TRIES = 3;

const reaction = async (fault: Fault, collector: SenderCollector, send: Send): Promise<string> => {
  collector.restart(fault);
  await send('one');
  const arrived = collector.events.length;
  if (arrived > 1) throw new Error(`After ${fault.status} the event arrived ${arrived} times.`);
  if (arrived === 1) return 'sends again';
  const tries = collector.answers.length;
  if (tries >= TRIES) return 'sends again for as long as it is the answer';
  return tries === 1 ? 'gives up' : `gives up after ${tries} tries`;
};

/** `400, 401, 413: gives up; 429, 500: sends again`. */
const faultsOf = async (collector: SenderCollector, send: Send): Promise<string> => {
  const found = new Map<string, number[]>();
  for (const fault of faults) {
    const what = await reaction(fault, collector, send);
    found.set(what, [...(found.get(what) ?? []), fault.status]);
  }
  return [...found].map(([what, statuses]) => `${statuses.join(', ')}: ${what}`).join('; ');
};

/** `unseen`: why it cannot see an answer. */
export const rowOf = async (
  about: About,
  collector: SenderCollector,
  send: Send,
  unseen?: string,
): Promise<Row> => {
  const row = await sentRow(about, collector, send);
  return { ...row, faults: unseen ?? (await faultsOf(collector, send)) };
};
