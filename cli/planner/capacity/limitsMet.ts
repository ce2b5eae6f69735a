import { assumptions } from '../assumptions.ts';
import { fanOutNeeds } from './fanOut.ts';
import type { StageLimits } from './limits.ts';
import type { Simulated } from './run.ts';

/** A limit that the day met, how, and what there is to be done about it today. */
interface LimitMet {
  limit: string;
  met: string;
  remedy: string;
}

type Row = [isMet: boolean, limit: string, met: string, remedy: string];

const PARAMS = 'in resources/params.yml';

const doorRows = (limits: StageLimits, { clients, stream }: Simulated): Row[] => {
  const row = (requests: number, limit: string, remedy: string): Row => [
    Math.round(requests) > 0,
    limit,
    `${Math.round(requests)} requests turned away`,
    remedy,
  ];
  const { turnedAway } = clients;
  const megabytes = Math.round(stream.bytesPerSecond / 1e6);
  return [
    row(
      turnedAway.route,
      `doorRate ${limits.doorRate} requests/s`,
      `doorRate, doorBurst ${PARAMS}; larger requests`,
    ),
    row(turnedAway.account, `API Gateway ${limits.accountRate} requests/s`, 'quota request; larger requests'),
    row(turnedAway.lambda, `Lambda ${limits.concurrency} executions`, 'quota request; larger requests'),
    row(
      turnedAway.stream,
      `stream, ${megabytes} MB/s at the end`,
      `streamMode, streamShards ${PARAMS} before the campaign; quota request`,
    ),
  ];
};

/** Lambda and Firehose ask a shard once a second each, and each reads all of it. */
const sharedRows = ({ consumers }: StageLimits, { stream }: Simulated): Row[] => {
  const { shared } = consumers;
  const wanted = shared.length * stream.mostShardBytes;
  const needs = fanOutNeeds(consumers, stream.mostShardBytes);
  const own = needs.filter(({ needed }) => needed).map(({ param }) => `${param}: 'on'`);
  const connections = own.length === 0 ? [] : [`${own.join(' and ')} (a connection of their own)`];
  const remedy = `${[...connections, 'more shards (streamShards)'].join(', or ')} ${PARAMS}`;
  return [
    [
      wanted > assumptions.shardReadBytesPerSecond.value,
      '2 MB/s that a shard gives',
      `${shared.join(', ')} wanted ${(wanted / 1e6).toFixed(1)} MB/s of one, and fell behind meanwhile`,
      remedy,
    ],
    [
      shared.length > assumptions.shardReadsPerSecond.value,
      'five GetRecords calls a second of a shard',
      shared.join(', '),
      remedy,
    ],
  ];
};

const lakeRows = (limits: StageLimits, { landing, etl }: Simulated): Row[] => [
  [
    landing.mostPuts > assumptions.putsPerPrefixSecond.value,
    'S3 3,500 PUT/s a prefix',
    `${Math.round(landing.mostPuts)} in a second`,
    `landWindowSeconds ${PARAMS}; S3 splits the prefix in time`,
  ],
  [
    etl.refused.tooLarge > 0,
    `BUILD_MAX_BYTES ${limits.buildMaxBytes}`,
    `${etl.hoursTooLarge.size} hours not built (PartitionTooLarge in ${etl.refused.tooLarge} builds)`,
    'BUILD_MAX_BYTES with memorySize in functions/build.yml, as far as 900 s and 10 GB of storage go; none beyond',
  ],
  [
    etl.refused.tooSlow > 0,
    `build ${limits.buildTimeout} s`,
    `${etl.refused.tooSlow} builds stopped`,
    "none: Lambda's limit",
  ],
  [
    etl.overBudget > 0,
    'etlScanBudgetBytes',
    `${etl.overBudget} runs without checks and marts`,
    `etlScanBudgetBytes ${PARAMS}`,
  ],
  [
    etl.mostHistoryEvents > assumptions.historyEvents.value,
    'Step Functions 25,000 history events',
    `${Math.round(etl.mostHistoryEvents)} in a run`,
    'none: AWS raises it for nobody',
  ],
];

/** In the order in which an event meets them. */
export const limitsMet = (limits: StageLimits, run: Simulated): LimitMet[] =>
  [...doorRows(limits, run), ...sharedRows(limits, run), ...lakeRows(limits, run)].flatMap(
    ([isMet, limit, met, remedy]) => (isMet ? [{ limit, met, remedy }] : []),
  );
