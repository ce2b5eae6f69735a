import { martNames } from '../../src/etl/queries.ts';

/** What the state Report is given after a run that built one hour; `more` stands in place of its members. */
export const reportInput = (
  execution: string,
  more: { tally?: object; warnings?: object[]; sweep?: object } = {},
) => ({
  execution,
  plan: {
    execution,
    hasWork: true,
    partitions: [],
    pendingDays: 0,
    more: false,
    marts: [...martNames],
    days: [],
  },
  tally: {
    built: 1,
    failed: [],
    failedCount: 0,
    counts: { raw: 2, curated: 2, duplicates: 0, rejected: 0 },
    bytes: { rawGz: 10, parquet: 5 },
    drift: [],
    days: [],
    checks: [],
    warnings: [],
    marts: [],
    ...more.tally,
  },
  warnings: more.warnings ?? [],
  sweep: more.sweep ?? { output: { removed: 0, crawl: { pending: false, wanted: 0 } } },
});
