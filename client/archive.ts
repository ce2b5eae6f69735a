import { z } from 'zod';
import { type ArchiveDifferences, archiveLinesOf } from '../src/etl/archiveCheck.ts';
import { archiveCheckSql } from '../src/etl/archiveCheckSql.ts';
import { hoursBetween, hoursLater, partitionOf } from '../src/lake/partition.ts';
import type { StageAccess } from './access.ts';
import { runQuery } from './athena.ts';
import { waitForDeliveries } from './landing.ts';
import { openLedger } from './ledger.ts';

const deliveries = z.object({ deliveries: z.array(z.object({ idle: z.boolean() })) });

/** Waits until all that is in the stream of a local stage is delivered; says whether the stage has an archive at all. */
export const waitForArchive = async (access: StageAccess, signal: AbortSignal): Promise<boolean> => {
  const answer = await waitForDeliveries({ endpoint: access.local?.endpoint ?? '' }, signal);
  return deliveries.parse(JSON.parse(answer)).deliveries.length > 0;
};

/**
 * Holds the archive against raw and quarantine, as runs of the ETL do, for what the collector received from a time on: also
 * of hours that are not over, since nothing comes any more.
 */
export const compareWithArchive = async (access: StageAccess, since: Date): Promise<ArchiveDifferences> => {
  const { partitionStates } = openLedger(access.dynamodb, access.ledgerTable, { now: () => new Date() });
  const landed = (await partitionStates.allEntries()).map(({ partition }) => partition);
  const from = partitionOf(since.toISOString());
  const to = hoursLater(partitionOf(new Date().toISOString()), 1);
  const arrivals = hoursBetween(from, to);
  const { columns, rows } = await runQuery(
    access,
    archiveCheckSql({ from, to, arrivals, landed, cut: false }),
  );
  return archiveLinesOf(
    rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]))),
  );
};
