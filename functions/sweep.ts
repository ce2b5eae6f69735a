import { martNames } from '../src/etl/queries.ts';
import { sweepReplaced } from '../src/etl/sweeping.ts';
import { readConfig } from '../src/lambda/config.ts';
import {
  catalog,
  clock,
  lakeStore,
  observedSchemas,
  partitionStates,
  retiredFiles,
} from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({ execution: z.string() });

/** Asked here and not earlier: the run before this one may have crawled while this one made its marts. */
const dueCrawl = () => {
  const now = clock.now();
  const seconds = readConfig(['CRAWL_INTERVAL_SECONDS']).CRAWL_INTERVAL_SECONDS;
  return observedSchemas().takeCrawl(now, new Date(now.getTime() - seconds * 1000));
};

/**
 * State Sweep: removes files of builds and marts that were replaced long enough ago. Nothing to remove is not an error.
 * Says whether a crawl is due, and notes that this run begins it.
 */
export const handler = step(input, async () => {
  const swept = await sweepReplaced({
    store: lakeStore(),
    partitionStates: partitionStates(),
    retiredFiles: retiredFiles(),
    catalog: catalog(),
    clock,
    marts: martNames,
  });
  return { ...swept, crawl: await dueCrawl() };
});
