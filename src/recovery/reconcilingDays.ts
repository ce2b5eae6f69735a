import { DAY_MS, HOUR_MS, timestampOf } from '../json/instants.ts';
import { partitionOf } from '../lake/partition.ts';
import type { Difference } from './balance.ts';
import { type Range, type ReconcilingPorts, reconcileRange } from './reconciling.ts';

/** Days whose names of objects are in memory at once: a shard that lands each minute has 10,000 in a week. */
const SLICE_DAYS = 7;

/** Clocks of senders drift: an event may be up to an hour ahead, and its hour has begun by then. */
const AHEAD_MS = 2 * HOUR_MS;

/** The hours of the last days, in parts, the newest first. */
const slices = (days: number, now: number): Range[] => {
  const at = (ms: number) => partitionOf(timestampOf(ms));
  const found: Range[] = [];
  for (let done = 0; done < days; done += SLICE_DAYS) {
    const from = at(now - Math.min(days, done + SLICE_DAYS) * DAY_MS);
    found.push({ from, to: done === 0 ? at(now + AHEAD_MS) : at(now - done * DAY_MS) });
  }
  return found;
};

/**
 * The balances of all hours of the last days of which anything is stored anywhere: how many, and what does not add up.
 */
export const reconcileLastDays = async (
  days: number,
  ports: ReconcilingPorts,
): Promise<{ hours: number; differences: Difference[] }> => {
  const differences: Difference[] = [];
  let hours = 0;
  for (const range of slices(days, ports.clock.now().getTime())) {
    const found = await reconcileRange(range, ports);
    hours += found.balances.length;
    differences.push(...found.differences);
  }
  return { hours, differences };
};
