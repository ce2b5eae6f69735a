import { assumptions } from '../assumptions.ts';
import { estimate } from '../cost/estimate.ts';
import type { StageFacts } from '../facts.ts';
import type { PriceFile } from '../prices.ts';
import { type Profile, profileOf } from '../profile.ts';
import { HOUR_SECONDS, MONTH_HOURS } from '../time.ts';
import { fanOutNeeds } from './fanOut.ts';
import { limitsMet } from './limitsMet.ts';
import type { Simulated, SimulationOptions } from './run.ts';

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** The cost of the day at list prices, of what was taken in; storage is that of the profile's month. */
const costOfDay = (
  options: SimulationOptions,
  { clients, stream }: Simulated,
  facts: StageFacts,
  prices: PriceFile,
) => {
  const { eventsPerRequest, eventBytes, hours } = options.traffic;
  const eventsPerSecond = (clients.accepted * eventsPerRequest) / (hours * HOUR_SECONDS);
  if (eventsPerSecond === 0) return 0;
  // On-demand shards are reckoned as twice the peak: this peak gives those that the stream ended with.
  const peak = Math.max(
    1,
    (stream.shards * assumptions.bytesPerShardSecond.value) / 2 / (eventsPerSecond * eventBytes),
  );
  const shape = {
    eventBytes,
    eventsPerRequest,
    peak,
    gzipRatio: options.gzipRatio,
    parquetRatio: options.parquetRatio,
  };
  const profile: Profile = { ...profileOf('1eps', shape), name: 'simulated', eventsPerSecond };
  return (estimate(profile, facts, prices).usdPerMonth * hours) / MONTH_HOURS;
};

const etlOf = (etl: Simulated['etl']) => ({
  runs: etl.runs,
  builds: etl.builds,
  refused: etl.refused,
  hoursTooLarge: etl.hoursTooLarge.size,
  firstTooLargeAfterSeconds: etl.firstTooLargeAt ?? null,
  longestBuildSeconds: rounded(etl.longestBuildSeconds, 1),
  longestRunSeconds: rounded(etl.longestRunSeconds, 1),
  transitions: etl.transitions,
  historyEventsOfARun: etl.mostHistoryEvents,
  scanPlannedBytes: rounded(etl.mostScanPlanned),
  runsOverScanBudget: etl.overBudget,
});

/** What a simulated day came to. Events unless a name says requests; bytes, seconds and dollars. */
export const resultOf = (
  options: SimulationOptions,
  run: Simulated,
  facts: StageFacts,
  prices: PriceFile,
) => {
  const { traffic } = options;
  const { clients, gate, stream, landing, etl } = run;
  const events = (requests: number): number => rounded(requests * traffic.eventsPerRequest) + 0; // never -0
  const hourBytes = landing.hours.map(
    ({ requests }) => requests * traffic.eventsPerRequest * traffic.eventBytes,
  );
  const landedBytes = hourBytes.reduce((sum, bytes) => sum + bytes, 0);
  const waiting = clients.waiting() + stream.held;
  return {
    seed: options.seed,
    traffic,
    limits: options.limits,
    offered: events(clients.offered),
    accepted: events(clients.accepted),
    givenUp: events(clients.givenUp),
    stillSending: events(waiting),
    landed: events(landing.landed),
    lost: events(clients.accepted - landing.landed - landing.waiting),
    turnedAwayRequests: Object.fromEntries(
      Object.entries(clients.turnedAway).map(([cause, requests]) => [cause, rounded(requests)]),
    ),
    retriedForSeconds: clients.waited.summary(),
    lagSeconds: landing.lag.summary(),
    drainedSeconds: run.drained,
    collectConcurrency: rounded(gate.mostConcurrent, 1),
    shards: { first: run.firstShards, last: stream.shards, scaled: stream.scaled },
    batches: rounded(landing.batches),
    objects: rounded(landing.objects),
    objectBytes: rounded((landedBytes * options.gzipRatio) / Math.max(1, landing.objects)),
    objectsInBusiestHour: rounded(Math.max(0, ...landing.hours.map(({ objects }) => objects))),
    mostPutsInASecond: rounded(landing.mostPuts),
    largestHourBytes: rounded(Math.max(0, ...hourBytes)),
    etl: etlOf(etl),
    consumers: {
      ...options.limits.consumers,
      mostShardBytesPerSecond: rounded(stream.mostShardBytes),
      fanOut: fanOutNeeds(options.limits.consumers, stream.mostShardBytes),
    },
    met: limitsMet(options.limits, run),
    usd: rounded(costOfDay(options, run, facts, prices), 2),
  };
};

export type SimulationResult = ReturnType<typeof resultOf>;
