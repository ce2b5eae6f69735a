import { assumptions } from '../assumptions.ts';
import type { StageFacts } from '../facts.ts';
import type { Prices } from '../prices.ts';
import type { Profile } from '../profile.ts';
import { MONTH_DAYS, MONTH_HOURS, MONTH_SECONDS } from '../time.ts';
import type { Month } from './month.ts';

type Line = [what: string, quantity: number, unit: string, price: number];

const GB = 1_000_000_000;

/** Secrets Manager and Lambda; S3 and DynamoDB have endpoints that cost nothing. */
const ENDPOINTS = 2;

/** Calls of the consumer that writes to PostgreSQL, and how long each takes. */
export const postgresCalls = (month: Month, postgres: NonNullable<StageFacts['postgres']>) => {
  const { gather, batch } = postgres;
  const inTime = Math.min((month.shards * MONTH_SECONDS) / Math.max(1, gather), month.requests);
  const records = month.lineBytes / assumptions.recordBytes.value;
  const calls = Math.max(inTime, records / batch);
  const rows = month.events / calls;
  return {
    calls,
    seconds: assumptions.postgresFixedSeconds.value + rows / assumptions.postgresRowsPerSecond.value,
  };
};

/** The cluster, and the way out of the VPC. Events come all the time, so nothing ever pauses. */
export const postgresBill = (
  month: Month,
  { postgres }: StageFacts,
  profile: Profile,
  prices: Prices,
): Line[] => {
  if (postgres === undefined) return [];
  const { cluster, keepDays, zones } = postgres;
  const acus = Math.max(
    assumptions.acuLeast.value,
    month.events / MONTH_SECONDS / assumptions.rowsPerAcuSecond.value,
  );
  const stored = (month.lineBytes * assumptions.postgresBytesPerLineByte.value) / GB;
  const ofCluster: Line[] = [
    ['capacity of the cluster', acus * MONTH_HOURS, 'ACU hours', prices.auroraAcuHour],
    ['rows', stored * Math.min(profile.month, keepDays / MONTH_DAYS), 'GB months', prices.auroraGbMonth],
    ['I/O', month.events * assumptions.postgresIoPerRow.value, 'requests', prices.auroraIo],
    ["secret of the cluster's owner", 1, 'secrets', prices.secretMonth],
  ];
  return [
    ...(cluster ? ofCluster : []),
    ['endpoints of the VPC', ENDPOINTS * zones * MONTH_HOURS, 'hours', prices.vpcEndpointHour],
  ];
};
