import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoPendingDays } from '../src/aws/ledger/days.ts';
import { DynamoHourChecks } from '../src/aws/ledger/hourChecks.ts';
import { DynamoObservedSchemas } from '../src/aws/ledger/observedSchemas.ts';
import { DynamoPartitionStates } from '../src/aws/ledger/partitions.ts';
import { DynamoRetiredFiles } from '../src/aws/ledger/retired.ts';
import { LedgerTable } from '../src/aws/ledger/table.ts';
import type { Clock } from '../src/ports/clock.ts';
import type {
  HourChecks,
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
  archiveChecks: HourChecks;
  speedChecks: HourChecks;
}

export const openLedger = (client: DynamoDBClient, tableName: string, clock: Clock): Ledger => {
  const table = new LedgerTable(client, tableName);
  return {
    partitionStates: new DynamoPartitionStates(table, clock),
    pendingDays: new DynamoPendingDays(table),
    retiredFiles: new DynamoRetiredFiles(table, clock),
    observedSchemas: new DynamoObservedSchemas(table),
    archiveChecks: new DynamoHourChecks(table, 'archive'),
    speedChecks: new DynamoHourChecks(table, 'speed'),
  };
};
