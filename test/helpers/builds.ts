import type { PublishInput } from '../../src/etl/publishing.ts';
import type { CommittedBuild } from '../../src/ports/ledger.ts';

/** A build as the ledger keeps it. What a test is about it says itself. */
export const committedBuild = (build = 'a', more: Partial<CommittedBuild> = {}): CommittedBuild => ({
  build,
  digest: `digest of ${build}`,
  counts: { raw: 1, curated: 1, duplicates: 0, rejected: 0 },
  rawBytes: 1,
  parquetBytes: 1,
  engine: 'duckdb',
  builtAt: '2026-11-01T12:00:00.000Z',
  buildMs: 1,
  ...more,
});

/** What Build hands to Publish, of the hour 2026-11-01T05. */
export const publishInputOf = (build = 'abc', more: Partial<PublishInput> = {}): PublishInput => ({
  ...committedBuild(build, {
    counts: { raw: 2, curated: 1, duplicates: 1, rejected: 0 },
    rawBytes: 10,
    parquetBytes: 20,
  }),
  execution: 'run-1',
  partition: '2026-11-01T05',
  location: `s3://lake/events/dt=2026-11-01/hr=05/build=${build}/`,
  landings: 1,
  skipped: false,
  ...more,
});
