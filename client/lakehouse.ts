import { GlueClient } from '@aws-sdk/client-glue';
import { GlueCatalog } from '../src/aws/catalog.ts';
import type { Catalog } from '../src/ports/catalog.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ObjectStore } from '../src/ports/lake.ts';
import { clientConfig, type StageAccess } from './access.ts';
import { openLake } from './lake.ts';
import { type Ledger, openLedger } from './ledger.ts';

/** Everything that holds data of a stage: what the steps of the pipeline work with, for commands that use the same steps. */
export interface Lakehouse extends Ledger {
  store: ObjectStore;
  catalog: Catalog;
  clock: Clock;
}

export const openLakehouse = async (access: StageAccess): Promise<Lakehouse> => {
  const clock = { now: () => new Date() };
  return {
    store: await openLake(access),
    ...openLedger(access.dynamodb, access.ledgerTable, clock),
    catalog: new GlueCatalog(new GlueClient(clientConfig(access.local)), access.database),
    clock,
  };
};
