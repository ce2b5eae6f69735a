import { publishBuild, publishInput } from '../src/etl/publishing.ts';
import {
  catalog,
  clock,
  lakeStore,
  observedSchemas,
  partitionStates,
  retiredFiles,
} from '../src/lambda/environment.ts';
import { step } from '../src/lambda/step.ts';

/**
 * State Publish of the machine `etl`, after Build: moves the Glue partition to the new build, its rejected lines into
 * quarantine/, commits it to the ledger, and notes the properties it has met. Conflict (the lock was lost) fails the
 * partition; the next run builds it again.
 */
export const handler = step(
  publishInput,
  (input) =>
    publishBuild(
      {
        store: lakeStore(),
        catalog: catalog(),
        partitionStates: partitionStates(),
        retiredFiles: retiredFiles(),
        observedSchemas: observedSchemas(),
        clock,
      },
      input,
    ),
  // Names of properties and events are what senders made of them: they stay out of the log.
  ({ newShapes: _names, ...published }) => published,
);
