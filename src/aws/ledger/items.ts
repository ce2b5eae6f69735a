import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { rowsOfKey } from '../../lake/layout.ts';
import { once } from '../../once.ts';
import type { CommittedBuild, LedgerEntry } from '../../ports/ledger.ts';
import * as z from '../../schema.ts';
import { type Item, number, numberAttribute, text, textAttribute, textSetAttribute } from './table.ts';

const failureMap = /* @__PURE__ */ once(() =>
  z.pipe(
    z.object({
      M: z.object({
        error: textAttribute(),
        cause: textAttribute(),
        at: textAttribute(),
        execution: textAttribute(),
      }),
    }),
    z.transform(({ M }) => M),
  ),
);

/** The item of a partition, flat, so that it reads well in the console. Counts are rows, sizes bytes, times ms. */
export const partitionItem = /* @__PURE__ */ once(() =>
  z.object({
    pk: textAttribute(),
    landings: z.optional(numberAttribute()),
    pending: z.optional(textAttribute()),
    dirty_since: z.optional(textAttribute()),
    lock_owner: z.optional(textAttribute()),
    lock_until: z.optional(numberAttribute()),
    last_failure: z.optional(failureMap()),
    build: z.optional(textAttribute()),
    withdrawn: z.optional(textSetAttribute()),
    landed_at: z.optional(textAttribute()),
  }),
);

const committedItem = /* @__PURE__ */ once(() =>
  z.object({
    build: textAttribute(),
    digest: textAttribute(),
    raw_rows: numberAttribute(),
    curated_rows: numberAttribute(),
    duplicate_rows: numberAttribute(),
    rejected_rows: numberAttribute(),
    raw_bytes: numberAttribute(),
    parquet_bytes: numberAttribute(),
    engine: textAttribute(),
    built_at: textAttribute(),
    build_ms: numberAttribute(),
  }),
);

const committedOf = (item: Item): CommittedBuild => {
  const found = committedItem().parse(item);
  return {
    build: found.build,
    digest: found.digest,
    counts: {
      raw: found.raw_rows,
      curated: found.curated_rows,
      duplicates: found.duplicate_rows,
      rejected: found.rejected_rows,
    },
    rawBytes: found.raw_bytes,
    parquetBytes: found.parquet_bytes,
    engine: found.engine,
    builtAt: found.built_at,
    buildMs: found.build_ms,
  };
};

const withdrawnRows = (keys: readonly string[] | undefined): { withdrawn?: number } =>
  keys === undefined ? {} : { withdrawn: keys.reduce((sum, key) => sum + (rowsOfKey(key) ?? 0), 0) };

export const entryOf = (item: Item): LedgerEntry => {
  const found = partitionItem().parse(item);
  return {
    partition: found.pk,
    landings: found.landings ?? 0,
    stale: found.pending !== undefined,
    staleSince: found.dirty_since ?? null,
    committed: found.build === undefined ? null : committedOf(item),
    lastFailure: found.last_failure ?? null,
    ...(found.landed_at === undefined ? {} : { landedAt: found.landed_at }),
    ...withdrawnRows(found.withdrawn),
  };
};

/** `build = :build, digest = :digest, …` and the values, for an UpdateExpression. */
export const buildAttributes = (build: CommittedBuild): { assignments: string; values: Item } => {
  const attributes: Record<keyof z.infer<ReturnType<typeof committedItem>>, AttributeValue> = {
    build: text(build.build),
    digest: text(build.digest),
    raw_rows: number(build.counts.raw),
    curated_rows: number(build.counts.curated),
    duplicate_rows: number(build.counts.duplicates),
    rejected_rows: number(build.counts.rejected),
    raw_bytes: number(build.rawBytes),
    parquet_bytes: number(build.parquetBytes),
    engine: text(build.engine),
    built_at: text(build.builtAt),
    build_ms: number(build.buildMs),
  };
  return {
    assignments: Object.keys(attributes)
      .map((name) => `${name} = :${name}`)
      .join(', '),
    values: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
  };
};

export const failureAttribute = (failure: NonNullable<LedgerEntry['lastFailure']>): AttributeValue => ({
  M: {
    error: text(failure.error),
    cause: text(failure.cause),
    at: text(failure.at),
    execution: text(failure.execution),
  },
});
