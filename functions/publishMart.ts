import { catalog, lakeStore, ledger } from '../src/environment.ts';
import * as z from '../src/schema.ts';
import { step } from '../src/step.ts';
import { publishMart } from '../src/steps/marts.ts';
import { pendingDay } from '../src/steps/tallying.ts';

const input = z.object({
  execution: z.string(),
  mart: z.string(),
  location: z.string(),
  days: z.array(pendingDay()),
});

/**
 * State PublishMart, after a mart's UNLOAD: points the mart's partitions to what the run wrote, drops those of days
 * without rows, leaves days pending that changed meanwhile, notes files of earlier runs for Sweep. A conflict in the
 * catalog is an error; repeating it does no harm.
 */
export const handler = step(input, (run) =>
  publishMart(run, { store: lakeStore(), catalog: catalog(), ledger: ledger() }),
);
