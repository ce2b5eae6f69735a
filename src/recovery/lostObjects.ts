import { readInputs } from '../build/inputs.ts';
import { rawFolder } from '../lake/layout.ts';
import type { Partition } from '../lake/partition.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { Reconciliation } from './reconciling.ts';

/** Raw objects that the build was made of and that are gone or have other bytes now; undefined if nobody knows. */
const lostObjects = async (
  store: ObjectStore,
  partition: Partition,
  build: string,
): Promise<string[] | undefined> => {
  const inputs = await readInputs(store, partition, build);
  if (inputs === undefined) return undefined;
  const now = await store.list(rawFolder(partition));
  const bytesOf = new Map(now.map((object) => [object.key, object.bytes]));
  return inputs.objects
    .filter((object) => bytesOf.get(object.key) !== object.bytes)
    .map((object) => object.key);
};

/** Named in a message; `objects` of the difference has them all. */
const SHOWN = 3;

/** The same with the raw objects that are missing or changed named, where the build has left a list of them. */
export const nameLostObjects = async (
  { balances, differences }: Reconciliation,
  store: ObjectStore,
): Promise<Reconciliation> => {
  const builds = new Map(balances.map(({ partition, build }) => [partition, build]));
  const named = differences.map(async (difference) => {
    const build = builds.get(difference.partition);
    if (difference.stage !== 'raw' || build === undefined || build === null) return difference;
    const objects = await lostObjects(store, difference.partition, build);
    if (objects === undefined || objects.length === 0) return difference;
    const more = objects.length > SHOWN ? ` and ${objects.length - SHOWN} more` : '';
    const message = `${difference.message}: ${objects.slice(0, SHOWN).join(', ')}${more}`;
    return { ...difference, message, objects };
  });
  return { balances, differences: await Promise.all(named) };
};
