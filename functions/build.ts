import { buildPartition } from '../src/build/building.ts';
import { duckdbEngine } from '../src/build/engine/duckdb.ts';
import { inBuildFolder } from '../src/build/engine/folder.ts';
import { unpackObjects } from '../src/build/engine/unpack.ts';
import { batchOfKey } from '../src/lake/layout.ts';
import { isPartition } from '../src/lake/partition.ts';
import { readConfig } from '../src/lambda/config.ts';
import { clock, lakeStore, partitionStates, runs } from '../src/lambda/environment.ts';
import { logger } from '../src/lambda/log.ts';
import { step } from '../src/lambda/step.ts';
import { once } from '../src/once.ts';
import type { StoredObject } from '../src/ports/lake.ts';
import * as z from '../src/schema.ts';

const input = z.object({
  execution: z.string().check(z.minLength(1)),
  partition: z.string().check(z.refine(isPartition, 'a partition is an hour such as 2026-11-01T05')),
  force: z.boolean(),
});

/** A day's hour that land wrote every minute from four shards; the line stays far below what CloudWatch takes. */
const BATCHES_LOGGED = 250;

/** On whichever line comes next, of success or failure: which batches' objects the build reads. */
const noteInputs = (objects: readonly StoredObject[]): void => {
  const batches = objects.slice(0, BATCHES_LOGGED).map(({ key }) => batchOfKey(key) ?? key);
  logger().appendKeys({ objects: objects.length, batches });
};

const memoryMb = () => readConfig(['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']).AWS_LAMBDA_FUNCTION_MEMORY_SIZE;

/** One for all calls: it keeps what the next small hour can use. */
const engine = once(() => duckdbEngine({ memoryMb: memoryMb() }));

/**
 * State Build of the machine `etl`, once per partition. A bad line is data: it goes to quarantine/ and is counted.
 * RawObjectDamaged, PartitionTooLarge and BalanceBroken fail the partition at once; Conflict is worth a retry.
 * Leaves Parquet files that nobody reads before Publish, and the partition locked for this execution.
 */
const run = (event: z.infer<typeof input>) => {
  const config = readConfig(['BUILD_MAX_BYTES', 'BUILD_PART_BYTES']);
  return buildPartition(
    {
      store: lakeStore(),
      partitionStates: partitionStates(),
      runs: runs(),
      engine: engine(),
      clock,
      inFolder: inBuildFolder,
      unpack: (objects, folder) => {
        noteInputs(objects);
        return unpackObjects(lakeStore(), objects, folder, config.BUILD_MAX_BYTES);
      },
      partBytes: config.BUILD_PART_BYTES,
    },
    event,
  );
};

export const handler = step(input, run);
