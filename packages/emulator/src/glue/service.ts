import type { DatabaseSync } from 'node:sqlite';
import type { JsonService, LocalObjects, Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { type Access, everybodyMay } from '../iam/authority.ts';
import type { CatalogAction } from './catalog/core.ts';
import { databaseActions } from './catalog/databases.ts';
import { partitionActions } from './catalog/partitions.ts';
import { Catalog } from './catalog/store.ts';
import { tableActions } from './catalog/tables.ts';
import { type CrawlerAction, crawlerActions } from './crawler/actions.ts';
import { Crawlers } from './crawler/crawlers.ts';

export interface GlueOptions {
  db: DatabaseSync;
  /** What the crawler reads. */
  objects: LocalObjects;
  timer: Timer;
  /** What the roles of crawlers may do; default: everything. */
  access?: Access;
}

export interface Glue extends JsonService {
  /** Ends crawls that run. */
  close(): Promise<void>;
}

const catalogActions: Record<string, CatalogAction> = {
  ...databaseActions,
  ...tableActions,
  ...partitionActions,
};

/** The Glue Data Catalog and its crawlers, over the emulator's database. */
export const openGlue = ({ db, objects, timer, access = everybodyMay }: GlueOptions): Glue => {
  const catalog = new Catalog(db);
  const core = { catalog, now: () => timer.now() };
  const crawlers = new Crawlers({ db, catalog, objects, timer, access });
  const actions: Record<string, CatalogAction | CrawlerAction> = { ...catalogActions, ...crawlerActions };
  return {
    name: 'glue',
    targetPrefix: 'AWSGlue',
    jsonVersion: '1.1',
    call: async (action, input) => {
      findAction('Glue', actions, action);
      const onCatalog = catalogActions[action];
      return onCatalog === undefined
        ? findAction('Glue', crawlerActions, action)(crawlers, input)
        : onCatalog(core, input);
    },
    close: () => crawlers.close(),
  };
};
