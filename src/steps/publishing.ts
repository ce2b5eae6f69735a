import * as z from 'zod';
import { HeadraceError } from '../errors.ts';
import { isPartition, type Partition } from '../events/envelope.ts';
import type { BuildCounts, Catalog, Clock, Ledger } from '../ports.ts';

const tally = z.number().int().nonnegative();

/** Build's output and the execution's name. */
export const publishInput = z.object({
  execution: z.string().min(1),
  partition: z.string().refine(isPartition),
  build: z.string().min(1),
  location: z.string().startsWith('s3://').endsWith('/'),
  landings: tally,
  digest: z.string().min(1),
  counts: z.object({ raw: tally, curated: tally, duplicates: tally, rejected: tally }),
  rawBytes: tally,
  parquetBytes: tally,
  engine: z.string(),
  builtAt: z.string(),
  buildMs: z.number(),
  newShapes: z.array(z.string()),
  newShapeCount: tally,
});

export type PublishInput = z.infer<typeof publishInput>;

export interface PublishOutput {
  partition: Partition;
  build: string;
  status: 'created' | 'moved' | 'unchanged';
  counts: BuildCounts;
  rawBytes: number;
  parquetBytes: number;
  newShapes: string[];
  newShapeCount: number;
}

/** Long enough for the two calls that follow, many times over. */
const LEASE_MS = 15 * 60 * 1000;

/**
 * Makes a build the one that readers see: one call moves the partition, then the ledger records it and lets the lock
 * go. A crash in between is repaired by running it again. Throws Conflict, before anything has moved, if the lock was
 * lost meanwhile: another run may have published newer data, and readers must never be moved back.
 */
export const publishBuild = async (
  { catalog, ledger, clock }: { catalog: Catalog; ledger: Ledger; clock: Clock },
  input: PublishInput,
): Promise<PublishOutput> => {
  const { partition, build, counts, rawBytes, parquetBytes, newShapes, newShapeCount } = input;
  const values = [partition.slice(0, 10), partition.slice(11)];
  const tally = { partition, build, counts, rawBytes, parquetBytes, newShapes, newShapeCount };
  if (!(await ledger.renew(partition, input.execution, clock.now(), LEASE_MS))) {
    // The commit before may have gone through and only its answer been lost: then all is done.
    const committed = (await ledger.entry(partition))?.committed?.build;
    if (committed === build) return { ...tally, status: 'unchanged' };
    throw new HeadraceError(
      'Conflict',
      `Execution ${input.execution} lost the lock of ${partition} before build ${build} could be published; the next run builds it again.`,
    );
  }
  const status = await catalog.pointPartition('events', values, input.location);
  const { digest, engine, builtAt, buildMs } = input;
  const committed = { build, digest, counts, rawBytes, parquetBytes, engine, builtAt, buildMs };
  try {
    await ledger.commit(partition, input.execution, input.landings, committed);
  } catch (error) {
    // A second call of the same Publish, overtaken in between: readers now see this build, the ledger a newer one.
    // The next run's build skips what is built already, and its Publish points readers to what the ledger says.
    const overtaken = error instanceof HeadraceError && error.name === 'Conflict';
    if (overtaken) await ledger.markDirty(partition, clock.now());
    throw error;
  }
  return { ...tally, status };
};
