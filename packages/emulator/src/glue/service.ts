import type { DatabaseSync } from 'node:sqlite';
import type { JsonService, LocalObjects, Timer } from '../contracts.ts';
import { findAction } from '../endpoint/actions.ts';
import { type Access, everybodyMay } from '../iam/authority.ts';
import { type CrawlerAction, crawlerActions } from './actions/crawlers.ts';
import { databaseActions } from './actions/databases.ts';
import { partitionActions } from './actions/partitions.ts';
import { tableActions } from './actions/tables.ts';
import type { CatalogAction } from './core.ts';
import { Crawlers } from './crawler/crawlers.ts';
import { Catalog } from './store.ts';

interface GlueOptions {
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

export const glueActions: Readonly<Record<string, CatalogAction | CrawlerAction>> = {
  ...catalogActions,
  ...crawlerActions,
};

/** The Glue Data Catalog and its crawlers, over the emulator's database. */
export const openGlue = ({ db, objects, timer, access = everybodyMay }: GlueOptions): Glue => {
  const catalog = new Catalog(db);
  const core = { catalog, now: () => timer.now() };
  const crawlers = new Crawlers({ db, catalog, objects, timer, access });
  return {
    name: 'glue',
    targetPrefix: 'AWSGlue',
    jsonVersion: '1.1',
    call: async (action, input) => {
      findAction('Glue', glueActions, action);
      const onCatalog = catalogActions[action];
      return onCatalog === undefined
        ? findAction('Glue', crawlerActions, action)(crawlers, input)
        : onCatalog(core, input);
    },
    close: () => crawlers.close(),
  };
};
