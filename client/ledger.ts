import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoArchiveChecks } from '../src/aws/ledger/archiveChecks.ts';
import { DynamoPendingDays } from '../src/aws/ledger/days.ts';
import { DynamoObservedSchemas } from '../src/aws/ledger/observedSchemas.ts';
import { DynamoPartitionStates } from '../src/aws/ledger/partitions.ts';
import { DynamoRetiredFiles } from '../src/aws/ledger/retired.ts';
import { LedgerTable } from '../src/aws/ledger/table.ts';
import type { Clock } from '../src/ports/clock.ts';
import type {
  ArchiveChecks,
  ObservedSchemas,
  PartitionStates,
  PendingDays,
  RetiredFiles,
} from '../src/ports/ledger.ts';

/** The ledger's five ports together, for those outside the pipeline who look at all of it. */
export interface Ledger {
  partitionStates: PartitionStates;
  pendingDays: PendingDays;
  retiredFiles: RetiredFiles;
  observedSchemas: ObservedSchemas;
  archiveChecks: ArchiveChecks;
}

export const openLedger = (client: DynamoDBClient, tableName: string, clock: Clock): Ledger => {
  const table = new LedgerTable(client, tableName);
  return {
    partitionStates: new DynamoPartitionStates(table, clock),
    pendingDays: new DynamoPendingDays(table),
    retiredFiles: new DynamoRetiredFiles(table, clock),
    observedSchemas: new DynamoObservedSchemas(table),
    archiveChecks: new DynamoArchiveChecks(table),
  };
};
