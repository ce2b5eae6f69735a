import { mapAtMost } from '../atMost.ts';
import { knownEventTypes } from '../events/registry.ts';
import type { Partition } from '../lake/partition.ts';
import type { ObjectStore } from '../ports/lake.ts';
import type { ObservedSchemas } from '../ports/ledger.ts';
import { declaring, type ObservedProperty } from '../tables/observedSchema.ts';
import { readInputs } from './inputs.ts';

/** Event names of an hour whose properties are looked at. More are ids in disguise: see the warning namesWithIds. */
const MAX_NAMES = 200;

/** The ledger is asked about so many names at the same time. */
const PARALLEL = 16;

/** What the column catalog does not declare, as `property:type` by event name. */
export const undeclared = (observed: readonly ObservedProperty[]): Map<string, string[]> => {
  const byName = new Map<string, string[]>();
  const isDeclared = declaring(knownEventTypes);
  for (const property of observed) {
    if (isDeclared(property)) continue;
    const { eventName, name, type } = property;
    const found = byName.get(eventName);
    if (found !== undefined) found.push(`${name}:${type}`);
    else if (byName.size < MAX_NAMES) byName.set(eventName, [`${name}:${type}`]);
  }
  return byName;
};

/**
 * Notes the schema that a build has observed; returns what nobody has seen before, as `event_name.property:type`.
 * Called once the build is published, for readers never wait for it.
 */
export const noteDrift = async (
  partition: Partition,
  build: string,
  { store, observedSchemas }: { store: ObjectStore; observedSchemas: ObservedSchemas },
): Promise<string[]> => {
  const { undeclared: found = {} } = (await readInputs(store, partition, build)) ?? {};
  const news = await mapAtMost(PARALLEL, Object.entries(found), async ([eventName, properties]) =>
    (await observedSchemas.note(eventName, properties)).map((property) => `${eventName}.${property}`),
  );
  return news.flat();
};
