import { prices } from '../src/backfill/prices.ts';

/** Athena bills whole megabytes, at least ten a query. */
const MEGABYTE = 1024 ** 2;
const LEAST_BILLED = 10;

/** What Athena bills for a query, in dollars. */
export const queryCost = (bytesScanned: number): number =>
  Math.max(LEAST_BILLED, Math.ceil(bytesScanned / MEGABYTE)) * MEGABYTE * prices.athenaByte;
