import { bytes, count, counted } from '../../../client/format.ts';
import type { SimulationResult } from './result.ts';

const seconds = ({ p50, p95, max }: { p50: number; p95: number; max: number }): string =>
  `p50 ${p50} s, p95 ${p95} s, at most ${max} s`;

const megabytes = (perSecond: number): string => `${(perSecond / 1e6).toFixed(2)} MB/s`;

/** Who reads the stream how, and who needs another way from where on. */
const consumerRows = ({
  shared,
  own,
  fanOut,
  ...read
}: SimulationResult['consumers']): [string, string][] => [
  ['share a shard', `${shared.join(', ')}; written with ${megabytes(read.mostShardBytesPerSecond)} at most`],
  ...(own.length === 0 ? [] : [['read by themselves', own.join(', ')] satisfies [string, string]]),
  ...fanOut.map(({ consumer, param, fromBytesPerSecond, needed }): [string, string] => [
    `… ${param}`,
    fromBytesPerSecond === null
      ? 'not needed: a full shard feeds all that share it'
      : `${consumer} ${needed ? 'needs it' : 'will need it'} from ${megabytes(fromBytesPerSecond)} of a shard on`,
  ]),
];

/** The result in lines for people. */
export const linesOf = (result: SimulationResult): string[] => {
  const { traffic, etl, shards } = result;
  const campaign =
    traffic.burst > 1 ? `, a campaign of ${traffic.burst}× at hour ${traffic.burstAtHour}` : '';
  const rows: [string, string][] = [
    ['events offered', count(result.offered)],
    ['accepted', count(result.accepted)],
    ['given up by clients', `${count(result.givenUp)} (after all their tries)`],
    ['landed', `${count(result.landed)}; lost on the way: ${result.lost}`],
    [
      'requests turned away',
      Object.entries(result.turnedAwayRequests)
        .map(([cause, requests]) => `${cause} ${count(requests)}`)
        .join(', '),
    ],
    ['tried again for', seconds(result.retriedForSeconds)],
    ['lag, accepted to raw', seconds(result.lagSeconds)],
    ['collect at once', String(result.collectConcurrency)],
    ['shards', `${shards.first} at first, ${shards.last} at the end`],
    ...consumerRows(result.consumers),
    ['raw objects', `${count(result.objects)} of ${bytes(result.objectBytes)} on the mean`],
    ['… in the busiest hour', count(result.objectsInBusiestHour)],
    ['PUTs in a second', `${count(result.mostPutsInASecond)} at most`],
    ['largest hour', `${bytes(result.largestHourBytes)} of ${bytes(result.limits.buildMaxBytes)}`],
    ['runs, builds', `${etl.runs}, ${etl.builds}; the longest build ${etl.longestBuildSeconds} s`],
    ['transitions', `${count(etl.transitions)}; ${etl.historyEventsOfARun} history events in a run`],
    ['scan planned by a run', `${bytes(etl.scanPlannedBytes)} at most`],
    ['cost', `${result.usd.toFixed(2)} USD`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const met = result.met.map(({ limit, met: how, remedy }) => `  ${limit}: ${how}. Remedy: ${remedy}`);
  return [
    `${counted(traffic.hours, 'hour')} at ${count(traffic.eventsPerSecond)} events/s${campaign}, seed ${result.seed}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    met.length === 0 ? 'No limit was met.' : 'Limits that were met:',
    ...met,
  ];
};
