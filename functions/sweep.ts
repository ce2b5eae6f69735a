import { sweepReplaced } from '../src/etl/sweeping.ts';
import { catalog, clock, lakeStore, partitionStates, retiredFiles } from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';
import * as z from '../src/schema.ts';

const input = z.object({ execution: z.string() });

/** State Sweep: removes files of builds and marts that were replaced long enough ago. Nothing to remove is not an error. */
export const handler = step(input, () =>
  sweepReplaced({
    store: lakeStore(),
    partitionStates: partitionStates(),
    retiredFiles: retiredFiles(),
    catalog: catalog(),
    clock,
  }),
);
