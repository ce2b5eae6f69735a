import { catalog, clock, lakeStore, ledger } from '../src/environment.ts';
import { step } from '../src/step.ts';
import { publishBuild, publishInput } from '../src/steps/publishing.ts';

/**
 * State Publish of the machine `etl`, after Build: moves the Glue partition to the new build, its rejected lines into
 * quarantine/, and commits it to the ledger. Conflict (the lock was lost) fails the partition; the next run builds it again.
 */
export const handler = step(
  publishInput,
  (input) => publishBuild({ store: lakeStore(), catalog: catalog(), ledger: ledger(), clock }, input),
  ({ newShapes: _names, ...published }) => published,
);
