import { text } from 'node:stream/consumers';
import { buildInputsKey } from '../lake/layout.ts';
import type { Partition } from '../lake/partition.ts';
import { once } from '../once.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import * as z from '../schema.ts';

/**
 * Of which raw objects a build was made: only this can say later which of them is gone. And which properties it has met
 * that no column declares, for Publish to note. Counts need neither, so it lies with the reports and expires with them.
 */
const inputs = /* @__PURE__ */ once(() =>
  z.object({
    objects: z.array(z.object({ key: z.string(), bytes: z.number() })),
    undeclared: z._default(z.record(z.string(), z.array(z.string())), {}),
  }),
);

type Inputs = z.infer<ReturnType<typeof inputs>>;

export const writeInputs = async (
  store: ObjectStore,
  partition: Partition,
  build: string,
  objects: readonly StoredObject[],
  undeclared: ReadonlyMap<string, string[]>,
): Promise<void> => {
  const document = {
    partition,
    build,
    objects: objects.map(({ key, bytes }) => ({ key, bytes })),
    undeclared: Object.fromEntries(undeclared),
  };
  const body = Buffer.from(`${JSON.stringify(document)}\n`);
  await store.put(buildInputsKey(partition, build), body, 'application/json');
};

/** Undefined if the build has left no list, or it has expired. */
export const readInputs = async (
  store: ObjectStore,
  partition: Partition,
  build: string,
): Promise<Inputs | undefined> => {
  const key = buildInputsKey(partition, build);
  if ((await store.list(key)).length === 0) return undefined;
  return inputs().parse(JSON.parse(await text(await store.read(key))));
};
