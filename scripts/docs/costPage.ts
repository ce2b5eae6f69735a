import { tableOf } from '../../cli/markdownTable.ts';
import { costOf } from '../../cli/planner/cost/bill.ts';
import { bytesRead, columnBytes } from '../../cli/planner/cost/columnBytes.ts';
import { type CostEstimate, estimate } from '../../cli/planner/cost/estimate.ts';
import type { StageFacts } from '../../cli/planner/facts.ts';
import type { PriceFile } from '../../cli/planner/prices.ts';
import { type Profile, profileOf } from '../../cli/planner/profile.ts';
import { type RunQuery, runQueries } from '../../cli/planner/runQueries.ts';
import { MONTH_HOURS } from '../../cli/planner/time.ts';
import { count } from '../../client/format.ts';

/** What docs/reference/cost.md shows: made of the planner's answers, so that no figure there is typed. */
export interface CostPage {
  /** `headrace cost --profile 100eps`, which docs/reference/cost/100eps.json holds too */
  found: CostEstimate;
  facts: StageFacts;
  prices: PriceFile;
}

const PROFILE = '100eps';

export const costPage = (facts: StageFacts, prices: PriceFile): CostPage => ({
  found: estimate(profileOf(PROFILE), facts, prices),
  facts,
  prices,
});

const dollars = (usd: number): string => usd.toFixed(2);

export const trafficTable = ({ found: { profile } }: CostPage): string =>
  tableOf(
    ['what', 'value'],
    [
      ['events a second, on the mean', count(profile.eventsPerSecond)],
      ['bytes of an event', count(profile.eventBytes)],
      ['events a request', count(profile.eventsPerRequest)],
      ['Parquet bytes of an event', count(profile.eventBytes * profile.parquetRatio)],
      ['month whose storage is paid', String(profile.month)],
    ],
  );

export const servicesTable = ({ found }: CostPage): string => {
  const all = { service: '**all**', usd: found.usdPerMonth, usdPerMillionEvents: found.usdPerMillionEvents };
  return tableOf(
    ['service', 'USD a month', 'USD a million events'],
    [...found.services, all].map((one) => [
      one.service,
      dollars(one.usd),
      one.usdPerMillionEvents.toFixed(4),
    ]),
  );
};

export const ratesTable = ({ facts, prices }: CostPage): string =>
  tableOf(
    ['`--profile`', 'USD a month', 'USD a million events'],
    ['10eps', PROFILE, '1keps', '5keps'].map((name) => {
      const { usdPerMonth, usdPerMillionEvents } = estimate(profileOf(name), facts, prices);
      return [`\`${name}\``, dollars(usdPerMonth), usdPerMillionEvents.toFixed(4)];
    }),
  );

/** One change each, and what the whole bill comes to with it. */
const changes: readonly [
  what: string,
  change: (facts: StageFacts, profile: Profile) => [StageFacts, Profile],
][] = [
  ['`etlRate: rate(1 hour)`', (facts, profile) => [{ ...facts, runs: MONTH_HOURS }, profile]],
  ['senders put 50 events into a request', (facts, profile) => [facts, { ...profile, eventsPerRequest: 50 }]],
  [
    '`streamMode: PROVISIONED`, `streamShards: 1`',
    (facts, profile) => [{ ...facts, stream: { ...facts.stream, onDemand: false, shards: 1 } }, profile],
  ],
  [
    '`streamMode: PROVISIONED`, `streamShards: 2`',
    (facts, profile) => [{ ...facts, stream: { ...facts.stream, onDemand: false, shards: 2 } }, profile],
  ],
];

export const changesTable = ({ found, facts, prices }: CostPage): string =>
  tableOf(
    ['change', 'USD a month', 'saves'],
    changes.map(([what, change]) => {
      const [changed, profile] = change(facts, found.profile);
      const { usdPerMonth } = estimate(profile, changed, prices);
      return [what, dollars(usdPerMonth), dollars(found.usdPerMonth - usdPerMonth)];
    }),
  );

const eventBytesOf = ({ found: { profile } }: CostPage): number => profile.eventBytes * profile.parquetRatio;

const bytesOf = ({ scans }: RunQuery, eventBytes: number): number =>
  scans.reduce((sum, columns) => sum + bytesRead(columns, eventBytes), 0);

/** What Athena bills for one query alone. */
const usdOf = ({ found, facts, prices }: CostPage, kind: string, query: RunQuery): number => {
  const none = { checks: [], warnings: [], marts: [] };
  const items = costOf(found.profile, facts, { ...none, [kind]: [query] }, prices.prices);
  // Headrace's own checks are on that bill, too.
  const own = items.filter(({ service, what }) => service === 'Athena' && what === kind);
  return own.reduce((sum, { usd }) => sum + usd, 0);
};

export const queriesTable = (page: CostPage): string => {
  const eventBytes = eventBytesOf(page);
  const rows = Object.entries(runQueries()).flatMap(([kind, queries]) =>
    queries.map((query: RunQuery) => ({
      name: `\`queries/${kind}/${query.name}.sql\``,
      bytes: bytesOf(query, eventBytes),
      usd: usdOf(page, kind, query),
    })),
  );
  return tableOf(
    ['query', 'Parquet bytes it reads of an event', 'USD a month'],
    rows
      .sort((a, b) => b.usd - a.usd)
      .map(({ name, bytes, usd }) => [name, `${bytes.toFixed(0)} of ${eventBytes}`, dollars(usd)]),
  );
};

export const columnsTable = (page: CostPage): string => {
  const eventBytes = eventBytesOf(page);
  const mart: RunQuery = { name: 'any', scans: [['event_id']], period: 'days' };
  const perByte = usdOf(page, 'marts', mart) / bytesOf(mart, eventBytes);
  const columns = Object.keys(columnBytes)
    .map((name) => ({ name: `\`${name}\``, bytes: bytesRead([name], eventBytes) }))
    .sort((a, b) => b.bytes - a.bytes);
  const rest = columns.slice(6).reduce((sum, { bytes }) => sum + bytes, 0);
  return tableOf(
    ['a mart that reads', 'Parquet bytes of an event', 'costs USD a month'],
    [...columns.slice(0, 6), { name: 'all other columns', bytes: rest }].map(({ name, bytes }) => [
      name,
      bytes.toFixed(1),
      dollars(bytes * perByte),
    ]),
  );
};
