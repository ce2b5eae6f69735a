import { type Chance, seededChance } from '../../../client/traffic/random.ts';
import type { QueryCounts } from '../../../src/backfill/cost.ts';
import { assumptions } from '../assumptions.ts';
import { HOUR_SECONDS } from '../time.ts';
import { poisson } from './chance.ts';
import { Clients } from './clients.ts';
import { Etl } from './etl.ts';
import { Gate } from './gate.ts';
import { Landing } from './landing.ts';
import type { StageLimits } from './limits.ts';
import { Stream } from './stream.ts';
import { eventsAt, ordinaryPeak, type Traffic } from './traffic.ts';

export interface SimulationOptions {
  seed: number;
  traffic: Traffic;
  limits: StageLimits;
  queries: QueryCounts;
  /** how often the queries of a run read a day */
  readings: number;
  /** seconds between two runs of the etl; undefined: none */
  etlEvery: number | undefined;
  gzipRatio: number;
  parquetRatio: number;
  lateHours: number;
  /** seconds of a step: 1 for a day, less for a run of seconds */
  step?: number;
  /** requests that come evenly, and not by chance */
  even?: boolean;
  /** false: the stream is new and has seen no traffic */
  seenBefore?: boolean;
  hoursPerBatch?: number;
  landFixedSeconds?: number;
}

/** Everything that a run moves; requests are its unit. */
export interface Simulated {
  clients: Clients;
  gate: Gate;
  stream: Stream;
  landing: Landing;
  etl: Etl;
  firstShards: number;
  /** seconds after the end of traffic until the stream was empty */
  drained: number;
}

/** A stream forgets nothing for days: so long it may take at most to empty it. */
const MAX_DRAIN_SECONDS = 24 * HOUR_SECONDS;

const partsOf = (options: SimulationOptions, chance: Chance, step: number): Omit<Simulated, 'drained'> => {
  const { traffic, limits } = options;
  const seen = options.seenBefore === false ? 0 : ordinaryPeak(traffic) * traffic.eventBytes;
  const requestBytes = traffic.eventsPerRequest * traffic.eventBytes;
  const stream = new Stream(limits.stream, requestBytes, seen, chance, step);
  const landing = new Landing(
    stream.lanes,
    {
      limits,
      eventsPerRequest: traffic.eventsPerRequest,
      eventBytes: traffic.eventBytes,
      hoursPerBatch: options.hoursPerBatch ?? assumptions.hoursPerBatch.value,
      fixedSeconds: options.landFixedSeconds ?? assumptions.landFixedSeconds.value,
    },
    step,
  );
  const etl = new Etl(options);
  const clients = new Clients(chance, step);
  return { clients, gate: new Gate(limits), stream, landing, etl, firstShards: stream.shards };
};

/** Runs the traffic through the model, and then on until nothing waits any more. The same seed gives the same run. */
export const simulate = (options: SimulationOptions): Simulated => {
  const { traffic, limits, step = 1, seed } = options;
  const chance = seededChance(seed);
  const parts = partsOf(options, chance, step);
  const arrivals = arrivalsOf(options, chance, step);
  const steps = Math.round((traffic.hours * HOUR_SECONDS) / step);
  const most = steps + MAX_DRAIN_SECONDS / step;
  let index = 0;
  for (; index < steps || (isWaiting(parts) && index < most); index += 1)
    advance(parts, index < steps ? arrivals(index * step) : 0, index, step, limits, options);
  // The last landings may end after the last step; the run that follows sees them.
  if (options.etlEvery !== undefined) parts.etl.run(index * step, hourBytes(parts, traffic));
  return { ...parts, drained: Math.max(0, (index - steps) * step) };
};

const isWaiting = ({ clients, stream, landing }: Omit<Simulated, 'drained'>): boolean =>
  clients.waiting() + stream.held + landing.waiting > 1e-3;

const arrivalsOf = ({ traffic, even }: SimulationOptions, chance: Chance, step: number) => {
  let carried = 0;
  return (second: number): number => {
    const mean = (eventsAt(traffic, second) / traffic.eventsPerRequest) * step;
    if (!even) return poisson(chance, mean);
    carried += mean;
    const whole = Math.floor(carried + 1e-9);
    carried -= whole;
    return whole;
  };
};

const hourBytes = ({ landing }: Pick<Simulated, 'landing'>, traffic: Traffic): number[] =>
  landing.hours.map(({ requests }) => requests * traffic.eventsPerRequest * traffic.eventBytes);

const advance = (
  { clients, gate, stream, landing, etl }: Omit<Simulated, 'drained'>,
  fresh: number,
  index: number,
  step: number,
  limits: StageLimits,
  { etlEvery, traffic }: SimulationOptions,
): void => {
  const now = index * step;
  const sent = gate.throttle(clients.sending(index, fresh), clients, index, step);
  const { shards, held } = stream;
  const room = Math.max(0, limits.concurrency - etl.busy(now) - landing.busy(now, shards));
  const forLand = landing.wanted(now, shards);
  const requests = sent.reduce((sum, one) => sum + one.requests, 0);
  const forCollect = held + (requests / step) * assumptions.collectSeconds.value;
  // Where not all fit, each has its share of what there is.
  const share = Math.min(1, room / Math.max(1e-9, forLand + forCollect));
  const landRoom = share === 1 ? room : forLand * share;
  const collectRoom = room - Math.min(landRoom, forLand);
  const called = gate.invoke(sent, collectRoom, held, clients, index, step);
  stream.put(called, collectRoom, clients, index);
  landing.arrive(stream.taken, now + step);
  landing.land(now + step, shards, landRoom);
  if (etlEvery !== undefined && now > 0 && Math.floor(now / etlEvery) > Math.floor((now - step) / etlEvery))
    etl.run(now, hourBytes({ landing }, traffic));
};
