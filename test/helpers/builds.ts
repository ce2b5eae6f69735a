import type { PublishInput } from '../../src/etl/publishing.ts';
import type { PartitionResult } from '../../src/etl/tallying.ts';
import type { CommittedBuild, LedgerEntry } from '../../src/ports/ledger.ts';

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

/** What the ledger knows of the hour 2026-11-01T05 once this build is committed. */
export const ledgerEntryOf = (committed: CommittedBuild, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  partition: '2026-11-01T05',
  landings: 1,
  stale: false,
  staleSince: null,
  committed,
  lastFailure: null,
  ...more,
});

/** The build of an hour as often as it was built: so many rows it has, so that a reader can tell which one it sees. */
export const buildOf = (version: number): CommittedBuild =>
  committedBuild(`v${version}`, { counts: { raw: version, curated: version, duplicates: 0, rejected: 0 } });

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

/** As the state machine hands an hour on, without what is not needed: Publish's output, or RecordFailure's. */
export const publishedHour = (more: Partial<Exclude<PartitionResult, { failed: true }>> = {}) => ({
  partition: '2026-11-01T05',
  build: 'a',
  status: 'created' as const,
  counts: { raw: 2, curated: 1, duplicates: 1, rejected: 0 },
  rawBytes: 10,
  parquetBytes: 5,
  newShapeCount: 0,
  newShapes: [],
  ...more,
});
export const failedHour = (partition = '2026-11-01T06') => ({
  partition,
  failed: true as const,
  error: 'RawObjectDamaged',
});
