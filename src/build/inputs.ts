import { text } from 'node:stream/consumers';
import { buildInputsKey, rawFolder } from '../lake/layout.ts';
import type { Partition } from '../lake/partition.ts';
import { once } from '../once.ts';
import type { ObjectStore, StoredObject } from '../ports/lake.ts';
import type { Reconciliation } from '../recovery/reconciling.ts';
import * as z from '../schema.ts';

/**
 * Of which raw objects a build was made: only this can say later which of them is gone. Counts do not need it, so it
 * lies with the reports and expires with them.
 */
const inputs = /* @__PURE__ */ once(() =>
  z.object({ objects: z.array(z.object({ key: z.string(), bytes: z.number() })) }),
);

export const writeInputs = async (
  store: ObjectStore,
  partition: Partition,
  build: string,
  objects: readonly StoredObject[],
): Promise<void> => {
  const document = { partition, build, objects: objects.map(({ key, bytes }) => ({ key, bytes })) };
  const body = Buffer.from(`${JSON.stringify(document)}\n`);
  await store.put(buildInputsKey(partition, build), body, 'application/json');
};

/** Raw objects that the build was made of and that are gone or have other bytes now; undefined if nobody knows. */
const lostInputs = async (
  store: ObjectStore,
  partition: Partition,
  build: string,
): Promise<string[] | undefined> => {
  const key = buildInputsKey(partition, build);
  if ((await store.list(key)).length === 0) return undefined;
  const { objects } = inputs().parse(JSON.parse(await text(await store.read(key))));
  const now = await store.list(rawFolder(partition));
  const bytesOf = new Map(now.map((object) => [object.key, object.bytes]));
  return objects.filter((object) => bytesOf.get(object.key) !== object.bytes).map((object) => object.key);
};

/** Named in a message; `objects` of the difference has them all. */
const SHOWN = 3;

/** The same with the raw objects that are missing or changed named, where the build has left a list of them. */
export const nameObjects = async (
  { balances, differences }: Reconciliation,
  store: ObjectStore,
): Promise<Reconciliation> => {
  const builds = new Map(balances.map(({ partition, build }) => [partition, build]));
  const named = differences.map(async (difference) => {
    const build = builds.get(difference.partition);
    if (difference.stage !== 'raw' || build === undefined || build === null) return difference;
    const objects = await lostInputs(store, difference.partition, build);
    if (objects === undefined || objects.length === 0) return difference;
    const more = objects.length > SHOWN ? ` and ${objects.length - SHOWN} more` : '';
    const message = `${difference.message}: ${objects.slice(0, SHOWN).join(', ')}${more}`;
    return { ...difference, message, objects };
  });
  return { balances, differences: await Promise.all(named) };
};
