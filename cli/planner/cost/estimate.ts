import type { StageFacts } from '../facts.ts';
import type { PriceFile } from '../prices.ts';
import type { Profile } from '../profile.ts';
import { type RunQueries, runQueries } from '../runQueries.ts';
import { type BillItem, costOf } from './bill.ts';
import { type BillAssumption, billAssumptions } from './billAssumptions.ts';
import { columnBytes } from './columnBytes.ts';
import { monthOf } from './month.ts';

/**
 * What a month costs, service by service, and what that was reckoned from. Dollars, rounded to cents only in
 * `services`.
 */
export interface CostEstimate {
  profile: Profile;
  prices: Omit<PriceFile, 'prices'>;
  usdPerMonth: number;
  usdPerMillionEvents: number;
  services: { service: string; usd: number; usdPerMillionEvents: number }[];
  items: BillItem[];
  assumptions: Record<BillAssumption, number>;
  /** which columns of `events` the queries of a run read, and the bytes of an event in them as they were measured */
  queries: RunQueries;
  columnBytes: typeof columnBytes;
}

const rounded = (usd: number, digits: number): number => Number(usd.toFixed(digits));

/**
 * `headrace cost`: what a month comes to.
 *
 * Read on in this order: ../facts.ts (what the template says), ../profile.ts (the traffic), month.ts (what that traffic
 * makes of everything on its way), bill.ts (what each service bills for it). ../runQueries.ts and columnBytes.ts know
 * what a query scans, ../assumptions.ts what nobody measured.
 */
export const estimate = (
  profile: Profile,
  facts: StageFacts,
  { prices, ...list }: PriceFile,
): CostEstimate => {
  const queries = runQueries();
  const items = costOf(profile, facts, queries, prices);
  const millions = monthOf(profile, facts, queries).events / 1_000_000;
  const total = items.reduce((sum, { usd }) => sum + usd, 0);
  const services = [...Map.groupBy(items, ({ service }) => service)].map(([service, lines]) => {
    const usd = lines.reduce((sum, line) => sum + line.usd, 0);
    return { service, usd: rounded(usd, 2), usdPerMillionEvents: rounded(usd / millions, 4) };
  });
  return {
    profile,
    prices: list,
    usdPerMonth: rounded(total, 2),
    usdPerMillionEvents: rounded(total / millions, 4),
    services,
    items: items.map((line) => ({ ...line, quantity: rounded(line.quantity, 3), usd: rounded(line.usd, 4) })),
    assumptions: billAssumptions(),
    queries,
    columnBytes,
  };
};

/** How a month's dollars differ from those of an earlier estimate; services that cost the same are left out. */
export const changeSince = (
  now: Pick<CostEstimate, 'services'>,
  before: Pick<CostEstimate, 'services'>,
): { service: string; from: number; to: number }[] => {
  const usdIn = ({ services }: Pick<CostEstimate, 'services'>, name: string): number =>
    services.find(({ service }) => service === name)?.usd ?? 0;
  const names = new Set([...before.services, ...now.services].map(({ service }) => service));
  return [...names]
    .map((service) => ({ service, from: usdIn(before, service), to: usdIn(now, service) }))
    .filter(({ from, to }) => from !== to);
};
