import { martDay } from '../src/etl/martDays.ts';
import { publishMart } from '../src/etl/marts.ts';
import { catalog, lakeStore, pendingDays, retiredFiles } from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({
  execution: z.string(),
  mart: z.string(),
  location: z.string(),
  days: z.array(martDay()),
});

/**
 * State PublishMart, after a mart's UNLOAD: points the mart's partitions to what the run wrote, drops those of days
 * without rows, leaves days pending that changed meanwhile, notes files of earlier runs for Sweep. A conflict in the
 * catalog is an error; repeating it does no harm.
 */
export const handler = step(input, (run) =>
  publishMart(run, {
    store: lakeStore(),
    catalog: catalog(),
    pendingDays: pendingDays(),
    retiredFiles: retiredFiles(),
  }),
);
