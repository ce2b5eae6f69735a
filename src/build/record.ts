import { createHash } from 'node:crypto';
import { once } from '../once.ts';
import type { StoredObject } from '../ports/lake.ts';
import type { CommittedBuild } from '../ports/ledger.ts';
import * as z from '../schema.ts';

/**
 * What the ledger will know of a build, written along with its Parquet file as the object's metadata (which costs
 * nothing and is there or not as the file is), so that a lost ledger can be put back out of S3 and Glue alone.
 */

const counted = /* @__PURE__ */ once(() => z.int().check(z.nonnegative()));
const filled = /* @__PURE__ */ once(() => z.string().check(z.minLength(1)));

const buildRecord = /* @__PURE__ */ once(() =>
  z.object({
    build: filled(),
    digest: filled(),
    counts: z.object({ raw: counted(), curated: counted(), duplicates: counted(), rejected: counted() }),
    rawBytes: counted(),
    parquetBytes: counted(),
    engine: z.string(),
    builtAt: z.string(),
    buildMs: z.number(),
    inputs: filled(),
  }),
);

/**
 * A digest of the raw objects alone: the build's own holds the table's definition too, which changes with a release.
 */
export const inputsOf = (objects: readonly StoredObject[]): string => {
  const lines = objects.map(({ key, etag }) => `${key}\t${etag}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
};

/**
 * S3 takes 2 KB of metadata an object; this is less than 600 bytes of ASCII. Which execution built it stands beside the
 * record, because it is nothing that the build follows from.
 */
export const recordOf = (
  build: CommittedBuild,
  objects: readonly StoredObject[],
  execution: string,
): Record<string, string> => ({
  build: JSON.stringify(buildRecord().parse({ ...build, inputs: inputsOf(objects) })),
  execution: inHeader(execution),
});

/** Names of executions may hold characters that a header cannot: those are percent-encoded. None may hold a %. */
const inHeader = (execution: string): string =>
  execution.toWellFormed().replaceAll(/[^\x20-\x7e]+|%/gu, encodeURIComponent);

/** The name of the execution that wrote a build, as it was given. */
export const executionOf = ({ execution }: Record<string, string>): string | undefined =>
  execution === undefined ? undefined : execution.replaceAll(/(%[\dA-Fa-f]{2})+/g, decodeURIComponent);

/** Undefined for an object that has none, or none that can be read. */
export const readRecord = (
  metadata: Record<string, string>,
): { committed: CommittedBuild; inputs: string } | undefined => {
  const text = metadata.build;
  const parsed = text === undefined ? undefined : buildRecord().safeParse(parseOr(text)).data;
  if (parsed === undefined) return undefined;
  const { inputs, ...committed } = parsed;
  return { committed, inputs };
};

const parseOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
