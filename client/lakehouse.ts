import { GlueClient } from '@aws-sdk/client-glue';
import { GlueCatalog } from '../src/aws/catalog.ts';
import { DynamoLedger } from '../src/aws/ledger.ts';
import type { Catalog, Clock, Ledger, ObjectStore } from '../src/ports.ts';
import { clientConfig, type StageAccess } from './access.ts';
import { openLake } from './lake.ts';

/** Everything that holds data of a stage: what the steps of the pipeline work with, for commands that use the same steps. */
export interface Lakehouse {
  store: ObjectStore;
  ledger: Ledger;
  catalog: Catalog;
  clock: Clock;
}

export const openLakehouse = async (access: StageAccess): Promise<Lakehouse> => {
  const clock = { now: () => new Date() };
  return {
    store: await openLake(access),
    ledger: new DynamoLedger(access.dynamodb, access.ledgerTable, clock),
    catalog: new GlueCatalog(new GlueClient(clientConfig(access.local)), access.database),
    clock,
  };
};
